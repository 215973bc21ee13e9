/// Tells the backend again of pushes that are on record.
package struct NotifyOperation: Sendable {
    /// So many notifications in a row may stay unanswered before the rest is left for another time.
    package static let patience = 3

    private let history: any History
    private let backend: any Backend
    private let journal: any PushJournal
    private let surroundings: any Surroundings
    private let words: @Sendable (PushError) -> (kind: String, message: String)
    private let handle: String?

    /// - Parameter handle: the caller's, where it is known; else the backend is asked for it before
    ///   anything is sent, since others' pushes are not sent.
    package init(history: any History, ports: PushPorts, handle: String?) {
        self.history = history
        self.handle = handle
        backend = ports.backend
        journal = ports.journal
        surroundings = ports.surroundings
        words = ports.words
    }

    /// Every succeeded push of this machine that the backend has yet to hear of, oldest first, and those
    /// that a newer push of their reference has made pointless.
    ///
    /// - Throws: ``StoreError`` where the history cannot be read.
    package func pending() throws(StoreError) -> PendingNotifications {
        let found = try history.unnotified()
        return PendingNotifications(
            toSend: found.toSend.reversed(), superseded: found.superseded.reversed())
    }

    /// Puts on record that nothing is to be sent for these any more: an older digest must not be the last
    /// that the backend hears of a reference.
    ///
    /// - Parameter report: told of each push as soon as it is done with.
    package func supersede(
        _ pushes: [PushRecord], _ report: (NotifyResult) -> Void = { _ in }
    ) async -> [NotifyResult] {
        var results: [NotifyResult] = []
        for push in pushes {
            let notify = push.notify.superseded(at: surroundings.now())
            let receipt = await journal.append([.notified(notify)], to: push.id)
            let result = NotifyResult(
                push: push, notify: notify, receipt: receipt, fate: .superseded)
            report(result)
            results.append(result)
        }
        return results
    }

    /// Sends a notification for each of `pushes`, in that order.
    ///
    /// Only pushes that succeeded can be sent, and only to the backend that they were made for: the
    /// others are answered with what stands in the way.
    ///
    /// - Parameter report: told of each push as soon as it is done with.
    /// - Throws: ``BackendError`` for credentials that are missing or refused, and where the caller's
    ///   handle cannot be asked for; nothing is put on record of the push at hand then, since the answer
    ///   was not about it.
    package func send(
        _ pushes: [PushRecord], _ report: (NotifyResult) -> Void = { _ in }
    ) async throws(BackendError) -> [NotifyResult] {
        var results: [NotifyResult] = []
        var unanswered = 0
        var handle = handle
        for push in pushes {
            let result: NotifyResult
            if handle == nil, obstacle(to: push, from: nil) == nil {
                handle = try await backend.registryAccess().handle
            }
            if let obstacle = obstacle(to: push, from: handle) {
                result = NotifyResult(push: push, fate: .impossible(obstacle))
            } else if unanswered >= Self.patience || Task.isCancelled {
                result = NotifyResult(push: push, fate: .notTried)
            } else {
                result = try await send(push)
                if case .failed(let error) = result.fate, error.isTransient {
                    unanswered += 1
                } else {
                    unanswered = 0
                }
            }
            report(result)
            results.append(result)
        }
        return results
    }

    private func obstacle(
        to push: PushRecord, from handle: String?
    ) -> NotifyResult.Obstacle? {
        guard case .succeeded = push.state, let reference = push.reference else {
            return .notSucceeded
        }
        if push.backend != backend.url { return .otherBackend(push.backend) }
        if let handle, reference.owner != handle { return .otherOwner(reference.owner) }
        return nil
    }

    private func send(_ push: PushRecord) async throws(BackendError) -> NotifyResult {
        guard let reference = push.reference, let manifest = push.state.manifest else {
            return NotifyResult(push: push, fate: .impossible(.notSucceeded))
        }
        let reply = await backend.notify(
            PushNotification(
                reference: reference, digest: manifest.digest, pushID: push.id,
                idempotencyKey: "\(push.id)/\(push.notify.attempts + 1)"))
        if case .failure(let error) = reply.result, error.isAboutCredentials { throw error }
        let notify = NotifyRecord(
            reply, before: push.notify.attempts, at: surroundings.now(), words: words)
        let receipt = await journal.append([.notified(notify)], to: push.id)
        let fate: NotifyResult.Fate =
            switch reply.result {
            case .success(let answer): .delivered(answer)
            case .failure(let error): .failed(error)
            }
        return NotifyResult(push: push, notify: notify, receipt: receipt, fate: fate)
    }
}

/// What became of one notification.
package struct NotifyResult: Sendable {
    package enum Fate: Hashable, Sendable {
        case delivered(NotifyAnswer)
        case failed(BackendError)
        /// The backend had been silent for so long that it was not asked again, or a signal came.
        case notTried
        /// A newer push of the reference has made it pointless.
        case superseded
        case impossible(Obstacle)
    }

    /// Why a push cannot be notified of.
    package enum Obstacle: Hashable, Sendable {
        case notSucceeded
        /// It was made for that backend, and this is another.
        case otherBackend(String)
        /// It is in that owner's namespace, as an imported one may be.
        case otherOwner(String)
    }

    /// The push as it was before.
    package let push: PushRecord
    /// What the record says now.
    package let notify: NotifyRecord
    /// Where that is kept.
    package let keeping: RecordKeeping
    /// What went wrong beside the record.
    package let warnings: [StoreWarning]
    package let fate: Fate

    init(push: PushRecord, fate: Fate) {
        self.push = push
        notify = push.notify
        keeping = .store
        warnings = []
        self.fate = fate
    }

    init(push: PushRecord, notify: NotifyRecord, receipt: PushReceipt, fate: Fate) {
        self.push = push
        self.notify = notify
        keeping = receipt.keeping
        warnings = receipt.warnings
        self.fate = fate
    }
}

extension BackendError {
    /// Whether it is the credentials that are wrong, or missing, rather than what was asked.
    package var isAboutCredentials: Bool {
        switch self {
        case .notLoggedIn, .wrongBackend, .unauthorized, .configuration: true
        case .notFound, .conflict, .refused, .unavailable, .failed, .cancelled,
            .protocolViolation:
            false
        }
    }
}
