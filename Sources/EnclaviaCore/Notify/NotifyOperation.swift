/// Tells the backend again of pushes that are on record.
package struct NotifyOperation: Sendable {
    /// So many notifications in a row may stay unanswered before the rest is left for another time.
    package static let maxRetries = 3

    private let history: any History
    private let backend: any Backend
    private let notifier: Notifier
    private let handle: String?

    /// - Parameter handle: the caller's, where it is known; else the backend is asked for it before
    ///   anything is sent, since others' pushes are not sent.
    package init(history: any History, ports: PushPorts, handle: String?) {
        self.history = history
        self.handle = handle
        backend = ports.backend
        notifier = Notifier(ports)
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

    /// Sends a notification for each of `pushes`, in that order, where it still is to be sent by then.
    ///
    /// Only pushes that succeeded can be sent, and only to the backend that they were made for: the
    /// others are answered with what stands in the way.
    ///
    /// - Parameters:
    ///   - named: those that a person asks for again, whatever the backend has heard.
    ///   - report: told of each push as soon as it is done with.
    /// - Throws: ``BackendError`` for credentials that are missing or refused, and where the caller's
    ///   handle cannot be asked for; nothing is put on record of the push at hand then, since the answer
    ///   was not about it.
    package func send(
        _ pushes: [PushRecord], named: Set<PushID> = [],
        _ report: (NotifyResult) -> Void = { _ in }
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
                result = NotifyResult(push: push, disposition: .impossible(obstacle))
            } else if Task.isCancelled {
                result = NotifyResult(push: push, disposition: .cancelled)
            } else if unanswered >= Self.maxRetries {
                result = NotifyResult(push: push, disposition: .notTried)
            } else {
                result = try await send(push, named.contains(push.id))
                if case .failed(let error) = result.disposition, error.isUnavailable {
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

    private func send(
        _ push: PushRecord, _ isNamed: Bool
    ) async throws(BackendError) -> NotifyResult {
        switch await notifier.send(push, isNamed ? .named : .owed([.pending, .failed])) {
        case .sent(let reply, let receipt):
            switch reply.result {
            case .success(let answer):
                return NotifyResult(push: push, receipt: receipt, disposition: .delivered(answer))
            case .failure(let error):
                if error.isAboutCredentials { throw error }
                return NotifyResult(push: push, receipt: receipt, disposition: .failed(error))
            }
        case .superseded(let receipt):
            return NotifyResult(push: push, receipt: receipt, disposition: .superseded)
        case .alreadySent(let record):
            return NotifyResult(push: record, disposition: .alreadySent)
        case .held:
            return NotifyResult(push: push, disposition: .held)
        case .unreadable(let error):
            return NotifyResult(push: push, disposition: .unreadable(error))
        case .cancelled:
            return NotifyResult(push: push, disposition: .cancelled)
        }
    }
}

package enum NotifyDisposition: Hashable, Sendable {
    case delivered(NotifyAnswer)
    case failed(BackendError)
    /// The backend had been silent for so long that it was not asked again.
    case notTried
    /// A signal came.
    case cancelled
    /// Another process has told the backend meanwhile.
    case alreadySent
    /// Another process is telling the backend.
    case held
    /// The record could not be read.
    case unreadable(StoreError)
    /// A newer push of the reference has made it pointless.
    case superseded
    case impossible(NotifyResult.Obstacle)
}

/// What became of one notification.
package struct NotifyResult: Sendable {
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
    package let location: RecordLocation
    /// What went wrong beside the record.
    package let warnings: [StoreWarning]
    package let disposition: NotifyDisposition

    package init(push: PushRecord, disposition: NotifyDisposition) {
        self.push = push
        notify = push.notify
        location = .store
        warnings = []
        self.disposition = disposition
    }

    init(push: PushRecord, receipt: PushReceipt, disposition: NotifyDisposition) {
        self.push = push
        notify = receipt.record.notify
        location = receipt.location
        warnings = receipt.warnings
        self.disposition = disposition
    }
}

extension BackendError {
    /// Whether it is the credentials that are wrong, or missing, rather than what was asked.
    package var isAboutCredentials: Bool {
        switch self {
        case .notLoggedIn, .wrongBackend, .unauthorized, .configuration: true
        case .notFound, .conflict, .refused, .unavailable, .unreachable, .failed, .cancelled,
            .protocolViolation:
            false
        }
    }
}
