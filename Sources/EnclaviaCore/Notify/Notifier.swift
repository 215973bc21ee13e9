/// Notifies the backend of pushes: of the current push, of earlier ones, and of those that the user names.
///
/// Only one process at a time sends the notification of a push, under one idempotency key until the backend has
/// answered it or the user asks for it again. The notifications of a reference are sent one after the other, and
/// never one of an older push after that of a newer push, unless the user names the older one.
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

    /// The longest wait for another process's notification of the reference: three attempts of ten seconds, and the
    /// pauses between them.
    static let longestWait = Duration.seconds(40)
    /// The longest wait of a push, which delays the next push of the reference: one attempt.
    static let longestOwnWait = Duration.seconds(10)

    /// Why the notification of a push that has ended is sent.
    package enum Occasion: Hashable, Sendable {
        /// Its outcome is one of these, and it is sent without being named.
        case owed(Set<NotifyOutcome>)
        /// The user named the push: it is sent whatever its outcome.
        case named
    }

    /// The result of one notification.
    package enum Attempt: Sendable {
        case sent(NotifyReply, PushReceipt)
        /// A newer push of the reference supersedes it, which is recorded.
        case superseded(PushReceipt)
        /// Another process has sent it meanwhile; carries the current record.
        case alreadySent(PushRecord)
        /// Another process is sending it.
        case held
        /// The record cannot be read.
        case unreadable(StoreError)
        /// A signal came before anything was sent.
        case cancelled
    }

    /// A place in the order of a reference's notifications.
    enum Turn {
        /// No other process sends one until the lock is released; without a lock there is no order.
        case taken((any ReferenceLock)?)
        case timedOut, cancelled

        /// Ends the turn. Call it when the result is recorded, so that no process takes an older push for the
        /// newest.
        func end() {
            if case .taken(let lock) = self { lock?.release() }
        }
    }

    /// Waits until no other notification of the reference is under way on this machine.
    ///
    /// - Parameters:
    ///   - url: the backend's.
    ///   - limit: the longest wait.
    ///   - onWait: called once, after two seconds.
    func turn(
        for reference: ImageReference, at url: String, within limit: Duration,
        onWait: @escaping @Sendable () -> Void = {}
    ) async -> Turn {
        do {
            return .taken(
                try await withTimeLimit(limit) {
                    try await locks.acquire(reference, for: .notify(backend: url)) {
                        onWait()
                    }
                })
        } catch {
            return Task.isCancelled ? .cancelled : .timedOut
        }
    }

    /// Sends the notification of the push that `entry` records, which has just succeeded. Its turn lasts until the
    /// end of the push is recorded.
    ///
    /// The turn was taken under the push lock of the reference, so notifications are sent in the order of the
    /// pushes.
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
                backend: await entry.record.backend, reference: reference, digest: digest,
                pushID: entry.id, idempotencyKey: entry.id.text))
        let before = await entry.record.notify.attempts
        return .sent(reply, await entry.append([.notified(notified(reply, before))]))
    }

    /// Sends the notification of a push that has ended, if it is still to be sent. The push was made for this backend.
    ///
    /// - Parameter limitMilliseconds: the time limit; `nil` for the usual attempts.
    package func send(
        _ push: PushRecord, _ occasion: Occasion, limitMilliseconds: Int64? = nil
    ) async -> Attempt {
        guard let reference = push.reference else { return .alreadySent(push) }
        let limit = limitMilliseconds.map { Duration.milliseconds($0) } ?? Self.longestWait
        let lock: (any ReferenceLock)?
        switch await turn(for: reference, at: push.backend, within: limit) {
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
            // For a key that it has answered before, the backend may repeat that answer.
            if outcome != .pending || claim.hadResponse { key += "/\(record.notify.attempts + 1)" }
        case .named:
            key += "/\(record.notify.attempts + 1)"
        }
        let reply = await backend.notify(
            PushNotification(
                backend: record.backend, reference: reference, digest: manifest.digest,
                pushID: record.id, idempotencyKey: key, limitMilliseconds: limitMilliseconds))
        // The response was not about the push, so nothing is recorded.
        if case .failure(let error) = reply.result, error.isAboutCredentials {
            return .sent(reply, PushReceipt(record: record, location: .store))
        }
        let notify = notified(reply, record.notify.attempts)
        return .sent(reply, await journal.append([.notified(notify)], to: record.id))
    }

    /// Records that a newer push supersedes the notification, if one does. Where the history cannot be read, none
    /// does.
    private func superseded(
        _ record: PushRecord, _ reference: ImageReference
    ) async -> Attempt? {
        let isNewest = try? await journal.isNewest(
            record.id, of: reference, backend: record.backend)
        guard isNewest == false else { return nil }
        let notify = record.notify.superseded(at: system.now())
        return .superseded(await journal.append([.notified(notify)], to: record.id))
    }

    private func notified(_ reply: NotifyReply, _ before: Int) -> NotifyRecord {
        NotifyRecord(reply, before: before, at: system.now(), errorMessage: errorMessage)
    }
}
