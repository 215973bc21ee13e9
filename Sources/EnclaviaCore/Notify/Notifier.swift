/// Tells the backend of pushes: of the push at hand, of those before it, and of those that a person names.
///
/// Each push is sent by one process at a time, and under one idempotency key unless a person asks again.
/// The pushes of a reference are sent one after the other, and never an older one after a newer.
package struct Notifier: Sendable {
    private let backend: any Backend
    private let journal: any PushJournal
    private let locks: any ReferenceLocks
    private let system: any SystemEnvironment
    private let errorMessage: PushErrorMessage

    package init(_ ports: PushPorts) {
        backend = ports.backend
        journal = ports.journal
        locks = ports.locks
        system = ports.system
        errorMessage = ports.errorMessage
    }

    /// The longest that somebody waits for another's notification of the reference: three tries of ten
    /// seconds, and their pauses.
    static let longestWait = Duration.seconds(40)
    /// The longest that a push waits, which holds up the next push of the reference: one try.
    static let longestOwnWait = Duration.seconds(10)

    /// Why a push is sent that has ended.
    package enum Occasion: Hashable, Sendable {
        /// Its notification is one of these, and is sent without anybody naming it.
        case owed(Set<NotifyOutcome>)
        /// A person asks for it by name, whatever the backend has heard.
        case named
    }

    /// What came of one notification.
    package enum Attempt: Sendable {
        case sent(NotifyReply, PushReceipt)
        /// A newer push of the reference has made it pointless, which is recorded.
        case superseded(PushReceipt)
        /// Another process has told the backend meanwhile; the record as it is now.
        case alreadySent(PushRecord)
        /// Another process is at it.
        case held
        /// The record cannot be read.
        case unreadable(StoreError)
        /// A signal came before anything was sent.
        case cancelled
    }

    /// A place in the order of a reference's notifications.
    enum Turn {
        /// Nobody else sends one until the lock is released; without a lock there is no order.
        case taken((any ReferenceLock)?)
        case timedOut, cancelled

        /// Lets the next one go: once what was sent is on record, so that nobody finds an older push the newest.
        func end() {
            if case .taken(let lock) = self { lock?.release() }
        }
    }

    /// Waits until no other notification of the reference is under way on this machine.
    ///
    /// - Parameters:
    ///   - limit: for how long at most.
    ///   - onWait: called once, after two seconds.
    func turn(
        for reference: ImageReference, within limit: Duration,
        onWait: @escaping @Sendable () -> Void = {}
    ) async -> Turn {
        do {
            return .taken(
                try await withTimeLimit(limit) {
                    try await locks.acquire(reference, for: .notify(backend: backend.url)) {
                        onWait()
                    }
                })
        } catch {
            return Task.isCancelled ? .cancelled : .timedOut
        }
    }

    /// Sends the push that `entry` records, which has just succeeded, in its turn, which lasts until the end of the
    /// push is on record.
    ///
    /// The turn was taken while pushes of the reference were locked, so that they are told in their order.
    func send(
        _ entry: any PushEntry, _ reference: ImageReference, _ digest: Digest, in turn: Turn
    ) async -> Attempt {
        switch turn {
        case .taken: break
        case .timedOut: return .held
        case .cancelled: return .cancelled
        }
        let reply = await backend.notify(
            PushNotification(
                reference: reference, digest: digest, pushID: entry.id,
                idempotencyKey: entry.id.text))
        let before = await entry.record.notify.attempts
        return .sent(reply, await entry.append([.notified(notified(reply, before))]))
    }

    /// Sends a push that has ended, where it still is to be sent.
    ///
    /// - Parameter limitMilliseconds: the longest that it may take; `nil` for the usual tries.
    package func send(
        _ push: PushRecord, _ occasion: Occasion, limitMilliseconds: Int64? = nil
    ) async -> Attempt {
        guard let reference = push.reference else { return .alreadySent(push) }
        let limit = limitMilliseconds.map { Duration.milliseconds($0) } ?? Self.longestWait
        let lock: (any ReferenceLock)?
        switch await turn(for: reference, within: limit) {
        case .taken(let taken): lock = taken
        case .timedOut: return .held
        case .cancelled: return .cancelled
        }
        defer { lock?.release() }
        let claim: any PushClaim
        do throws(StoreError) {
            guard let held = try await journal.claim(push.id) else { return .held }
            claim = held
        } catch {
            return .unreadable(error)
        }
        let attempt = await send(claim, reference, occasion, limitMilliseconds)
        await claim.release()
        return attempt
    }

    private func send(
        _ claim: any PushClaim, _ reference: ImageReference, _ occasion: Occasion,
        _ limitMilliseconds: Int64?
    ) async -> Attempt {
        let record = claim.record
        guard let manifest = record.state.manifest, case .succeeded = record.state else {
            return .alreadySent(record)
        }
        var key = record.id.text
        switch occasion {
        case .owed(let outcomes):
            guard let outcome = record.notify.outcome, outcomes.contains(outcome) else {
                return .alreadySent(record)
            }
            if let newer = await superseded(record, reference) { return newer }
            // Under a key that it has answered before the backend may give the same answer again.
            if outcome != .pending || claim.wasAnswered { key += "/\(record.notify.attempts + 1)" }
        case .named:
            key += "/\(record.notify.attempts + 1)"
        }
        let reply = await backend.notify(
            PushNotification(
                reference: reference, digest: manifest.digest, pushID: record.id,
                idempotencyKey: key, limitMilliseconds: limitMilliseconds))
        // The answer was not about the push.
        if case .failure(let error) = reply.result, error.isAboutCredentials {
            return .sent(reply, PushReceipt(record: record, location: .store))
        }
        let notify = notified(reply, record.notify.attempts)
        return .sent(reply, await journal.append([.notified(notify)], to: record.id))
    }

    /// Records that a newer push has made the notification pointless, where that is so. A history that
    /// cannot be read makes nothing pointless.
    private func superseded(
        _ record: PushRecord, _ reference: ImageReference
    ) async -> Attempt? {
        let isNewest = try? await journal.isNewest(
            record.id, of: reference, backend: backend.url)
        guard isNewest == false else { return nil }
        let notify = record.notify.superseded(at: system.now())
        return .superseded(await journal.append([.notified(notify)], to: record.id))
    }

    private func notified(_ reply: NotifyReply, _ before: Int) -> NotifyRecord {
        NotifyRecord(reply, before: before, at: system.now(), errorMessage: errorMessage)
    }
}
