/// Resends push notifications to the backend.
package struct NotifyOperation: Sendable {
    /// The number of notifications in a row that find the backend unavailable before the rest is not tried.
    package static let maxRetries = 3

    private let history: any History
    private let backend: any Backend
    private let notifier: Notifier
    private let handle: String?

    /// - Parameter handle: the caller's, if it is known; else it is requested from the backend before anything is
    ///   sent, since other owners' pushes are not sent.
    package init(history: any History, ports: PushPorts, handle: String?) {
        self.history = history
        self.handle = handle
        backend = ports.backend
        notifier = Notifier(ports)
    }

    /// Every succeeded push of this machine whose notification has not been delivered, oldest first, and those that
    /// a newer push of their reference supersedes.
    ///
    /// - Throws: ``StoreError`` where the history cannot be read.
    package func pending() throws(StoreError) -> PendingNotifications {
        let found = try history.unnotified()
        return PendingNotifications(
            toSend: found.toSend.reversed(), superseded: found.superseded.reversed())
    }

    /// Sends a notification for each of `pushes`, in that order, if it is still to be sent by then.
    ///
    /// Only pushes that succeeded can be sent, and only to the backend that they were made for; the result of any
    /// other push has the obstacle.
    ///
    /// - Parameters:
    ///   - named: the pushes that the user named, which are sent whatever their outcome.
    ///   - report: called with the result of each push as soon as there is one.
    /// - Throws: ``BackendError`` for credentials that are missing or refused, and where the caller's handle cannot
    ///   be requested; then nothing is recorded of the current push, since the response was not about it.
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
            case .success(let response):
                return NotifyResult(push: push, receipt: receipt, disposition: .delivered(response))
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

/// What became of one notification.
package enum NotifyDisposition: Hashable, Sendable {
    case delivered(NotifyResponse)
    case failed(BackendError)
    /// It was not tried, because the backend had been unavailable for several notifications in a row.
    case notTried
    /// A signal came.
    case cancelled
    /// Another process has sent it meanwhile.
    case alreadySent
    /// Another process is sending it.
    case held
    /// The record could not be read.
    case unreadable(StoreError)
    /// A newer push of the reference supersedes it.
    case superseded
    case impossible(NotifyResult.Obstacle)
}

/// A push, and what became of its notification.
package struct NotifyResult: Sendable {
    /// Why no notification of a push can be sent.
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
    /// Problems that do not affect the record.
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
    /// Whether the credentials are wrong or missing, rather than the request.
    package var isAboutCredentials: Bool {
        switch self {
        case .notLoggedIn, .wrongBackend, .unauthorized, .configuration: true
        case .notFound, .conflict, .refused, .unavailable, .unreachable, .failed, .cancelled,
            .protocolViolation:
            false
        }
    }
}
