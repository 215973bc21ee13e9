/// The types of the events, as the `type` attribute of CloudEvents spells them.
///
/// A new type has a case and its arms here, a case of ``PushStep`` or of ``HistoryEvent/Subject``, a type for its
/// `data`, and an entry in enclavia-events(5).
package enum EventType: String, Hashable, Sendable, Codable, CaseIterable {
    case pushStarted = "io.enclavia.push.started"
    case pushAuthenticated = "io.enclavia.push.authenticated"
    case pushTagged = "io.enclavia.push.tagged"
    case pushPushed = "io.enclavia.push.pushed"
    case pushVerified = "io.enclavia.push.verified"
    case pushNotified = "io.enclavia.push.notified"
    case pushFinished = "io.enclavia.push.finished"
    case pushImported = "io.enclavia.push.imported"
    case historyPruned = "io.enclavia.history.pruned"
    case historyReconciled = "io.enclavia.history.reconciled"
    case historySalvaged = "io.enclavia.history.salvaged"
    case authLogin = "io.enclavia.auth.login"
    case authLogout = "io.enclavia.auth.logout"
}

extension EventType {
    /// The prefix of all types.
    package static let prefix = "io.enclavia."

    /// The type without the prefix, such as `push.finished`.
    package var tail: String { String(rawValue.dropFirst(Self.prefix.count)) }

    /// The type of that name: in full, or its tail.
    package init?(name: String) {
        guard let type = EventType(rawValue: name) ?? EventType(rawValue: Self.prefix + name) else {
            return nil
        }
        self = type
    }

    /// What an event of the type says, for enclavia-events(5).
    package var meaning: String {
        switch self {
        case .pushStarted:
            "A push started: the image, the destination as typed, and who started it on which host."
        case .pushAuthenticated:
            """
            The reference, the image, the engine, the commit and the CI run of the push are known. A push that \
            failed earlier has no such event; its push.finished contains what was known by then.
            """
        case .pushTagged:
            """
            The engine tagged the image; the event contains what the tag pointed at in the registry at that time. \
            After push.pushed, it means that the digest there belonged to another image, and that the push \
            starts over.
            """
        case .pushPushed: "The image was pushed: its digest, and how the push changed the tag."
        case .pushVerified: "The registry confirmed the digest."
        case .pushNotified:
            "The backend was notified, or could not be. This event may follow push.finished."
        case .pushFinished: "The push finished. data.push is the complete record."
        case .pushImported:
            "A record was imported from another history; data.push is the complete record."
        case .historyPruned:
            "Events of pushes that finished before a time were deleted: the time, the counts, the ranges and the host."
        case .historyReconciled:
            "An interrupted push was resolved; data.push is the complete record."
        case .historySalvaged:
            """
            The history was salvaged from a damaged file, and its chain goes on under another name: the name before, \
            the last event that was kept, and the numbers of the events that were lost.
            """
        case .authLogin, .authLogout:
            "A user logged in or out: the backend, the handle and the host."
        }
    }

    /// Whether the `data` of an event of the type carries the push's reference beside what happened: true for those
    /// that follow once the image is in the registry. The others contain the reference anyway, or precede it.
    package var carriesReference: Bool {
        switch self {
        case .pushPushed, .pushVerified, .pushNotified: true
        case .pushStarted, .pushAuthenticated, .pushTagged, .pushFinished, .pushImported,
            .historyPruned, .historyReconciled, .historySalvaged, .authLogin, .authLogout:
            false
        }
    }

    /// Whether a push takes this step before it sends anything.
    package var isBeforeSending: Bool {
        switch self {
        case .pushStarted, .pushAuthenticated, .pushTagged: true
        case .pushPushed, .pushVerified, .pushNotified, .pushFinished, .pushImported,
            .historyPruned, .historyReconciled, .historySalvaged, .authLogin, .authLogout:
            false
        }
    }

    /// What an event of the type carries as `data`.
    package var data: EventData {
        switch self {
        case .pushStarted: .push(PushStarted.self) { .started($0) }
        case .pushAuthenticated: .push(PushAuthenticated.self) { .authenticated($0) }
        case .pushTagged: .push(TagBefore.self) { .tagged($0) }
        case .pushPushed: .referencedPush(PushedManifest.self) { .pushed($0) }
        case .pushVerified: .referencedPush(PushVerified.self) { .verified($0) }
        case .pushNotified: .referencedPush(PushNotified.self) { .notified($0.notify.record) }
        case .pushFinished: .push(PushSnapshot.self) { .finished(try $0.push.record()) }
        case .pushImported: .push(PushSnapshot.self) { .imported(try $0.push.record()) }
        case .historyReconciled: .push(PushSnapshot.self) { .reconciled(try $0.push.record()) }
        case .historyPruned: .other(PruneEventData.self) { .pruned($0) }
        case .historySalvaged: .other(SalvageEventData.self) { .salvaged($0) }
        case .authLogin: .other(AccountEventData.self) { .login($0) }
        case .authLogout: .other(AccountEventData.self) { .logout($0) }
        }
    }
}

extension HistoryEvent.Subject {
    /// The type of an event about it.
    var type: EventType {
        switch self {
        case .push(_, .started): .pushStarted
        case .push(_, .authenticated): .pushAuthenticated
        case .push(_, .tagged): .pushTagged
        case .push(_, .pushed): .pushPushed
        case .push(_, .verified): .pushVerified
        case .push(_, .notified): .pushNotified
        case .push(_, .finished): .pushFinished
        case .push(_, .imported): .pushImported
        case .push(_, .reconciled): .historyReconciled
        case .pruned: .historyPruned
        case .salvaged: .historySalvaged
        case .login: .authLogin
        case .logout: .authLogout
        }
    }
}

extension HistoryEvent {
    /// The event's `data`; the other way round is ``EventType/data``.
    var data: any Encodable {
        switch subject {
        case .push(let id, let step): data(of: step, id)
        case .pruned(let mark): mark
        case .salvaged(let mark): mark
        case .login(let mark), .logout(let mark): mark
        }
    }

    private func data(of step: PushStep, _ id: PushID) -> any Encodable {
        switch step {
        case .started(let step): PushEventData(id, step)
        case .authenticated(let step): PushEventData(id, step)
        case .tagged(let step): PushEventData(id, step)
        case .pushed(let step): PushEventData(id, ReferencedStep(step, of: reference))
        case .verified(let step): PushEventData(id, ReferencedStep(step, of: reference))
        case .notified(let record):
            PushEventData(id, ReferencedStep(PushNotified(record), of: reference))
        case .finished(let whole), .imported(let whole), .reconciled(let whole):
            PushEventData(id, PushSnapshot(whole))
        }
    }
}
