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
    case authLogin = "io.enclavia.auth.login"
    case authLogout = "io.enclavia.auth.logout"
}

extension EventType {
    /// What all types begin with.
    package static let prefix = "io.enclavia."

    /// The type without what all begin with, such as `push.finished`.
    package var tail: String { String(rawValue.dropFirst(Self.prefix.count)) }

    /// The type of that name: in full, or its tail.
    package init?(name: String) {
        guard let type = EventType(rawValue: name) ?? EventType(rawValue: Self.prefix + name) else {
            return nil
        }
        self = type
    }

    /// What it tells, as enclavia-events(5) has it.
    package var meaning: String {
        switch self {
        case .pushStarted:
            "A push has begun: what, where to as it was typed, and by whom on which host."
        case .pushAuthenticated:
            """
            The reference, the image, the engine, and the commit and the CI run that it comes from are known. A \
            push that failed before has none; its push.finished carries what was known by then.
            """
        case .pushTagged:
            """
            The engine has tagged the image; what the tag held in the registry then. After a push.pushed it says \
            that the digest there was another image's, and that the push starts over.
            """
        case .pushPushed: "The digest is known, and what the push did to its tag."
        case .pushVerified: "The registry has answered for the digest."
        case .pushNotified:
            "The backend was told, or could not be. It may follow push.finished."
        case .pushFinished: "The push is over. data.push is the whole record."
        case .pushImported:
            "A record was taken in from elsewhere; data.push is the whole of it."
        case .historyPruned:
            "Events were taken away: of pushes finished before when, how many, and which, and on which host."
        case .historyReconciled:
            "A push that had been broken off was settled; data.push is the whole record."
        case .authLogin, .authLogout: "Somebody logged in or out, and on which host."
        }
    }

    /// Whether a push does it before it sends anything.
    package var isBeforeSending: Bool {
        switch self {
        case .pushStarted, .pushAuthenticated, .pushTagged: true
        case .pushPushed, .pushVerified, .pushNotified, .pushFinished, .pushImported,
            .historyPruned, .historyReconciled, .authLogin, .authLogout:
            false
        }
    }

    /// What an event of the type carries as `data`.
    package var data: EventData {
        switch self {
        case .pushStarted: .push(PushStarted.self) { .started($0) }
        case .pushAuthenticated: .push(PushAuthenticated.self) { .authenticated($0) }
        case .pushTagged: .push(TagBefore.self) { .tagged($0) }
        case .pushPushed: .push(PushedManifest.self) { .pushed($0) }
        case .pushVerified: .push(PushVerified.self) { .verified($0) }
        case .pushNotified: .push(PushNotified.self) { .notified($0.notify.record) }
        case .pushFinished: .push(PushSnapshot.self) { .finished(try $0.push.record()) }
        case .pushImported: .push(PushSnapshot.self) { .imported(try $0.push.record()) }
        case .historyReconciled: .push(PushSnapshot.self) { .reconciled(try $0.push.record()) }
        case .historyPruned: .other(PruneMark.self) { .pruned($0) }
        case .authLogin: .other(AccountMark.self) { .login($0) }
        case .authLogout: .other(AccountMark.self) { .logout($0) }
        }
    }
}

extension HistoryEvent.Subject {
    /// The event's type, and its `data`; the other way round is ``EventType/data``.
    var content: (type: EventType, data: any Encodable) {
        switch self {
        case .push(let id, .started(let step)): (.pushStarted, PushEventData(id, step))
        case .push(let id, .authenticated(let step)): (.pushAuthenticated, PushEventData(id, step))
        case .push(let id, .tagged(let step)): (.pushTagged, PushEventData(id, step))
        case .push(let id, .pushed(let step)): (.pushPushed, PushEventData(id, step))
        case .push(let id, .verified(let step)): (.pushVerified, PushEventData(id, step))
        case .push(let id, .notified(let record)):
            (.pushNotified, PushEventData(id, PushNotified(record)))
        case .push(let id, .finished(let record)):
            (.pushFinished, PushEventData(id, PushSnapshot(record)))
        case .push(let id, .imported(let record)):
            (.pushImported, PushEventData(id, PushSnapshot(record)))
        case .push(let id, .reconciled(let record)):
            (.historyReconciled, PushEventData(id, PushSnapshot(record)))
        case .pruned(let mark): (.historyPruned, mark)
        case .login(let mark): (.authLogin, mark)
        case .logout(let mark): (.authLogout, mark)
        }
    }
}
