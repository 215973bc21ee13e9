/// Resends push notifications to the backend.
package struct NotifyOperation: Sendable {
    /// The number of notifications in a row that find the backend unavailable before the rest is not tried.
    package static let maxRetries = 3
    /// The number of notifications that are sent at once.
    package static let requestsAtOnce = 16

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

    /// Sends a notification for each of `pushes`, if it is still to be sent by then: several at once after the
    /// backend has answered one, but those of one reference one after the other.
    ///
    /// Only pushes that succeeded can be sent, and only to the backend that they were made for; the result of any
    /// other push has the obstacle.
    ///
    /// - Parameters:
    ///   - named: the pushes that the user named, which are sent whatever their outcome.
    ///   - report: called with the result of each push, in the order of `pushes`, as soon as there is one.
    /// - Throws: ``BackendError`` for credentials that are missing or refused, and where the caller's handle cannot
    ///   be requested; then nothing is recorded of that push, since the response was not about it. What was sent at
    ///   the same time is recorded and reported before.
    package func send(
        _ pushes: [PushRecord], named: Set<PushID> = [], _ report: (NotifyResult) -> Void
    ) async throws(BackendError) {
        var run = NotifyRun()
        let url = backend.url
        var handle = handle
        for group in groups(pushes, url: url) {
            if handle == nil, let first = group.first, obstacle(to: first, url: url) == nil {
                handle = try await backend.registryAccess().handle
            }
            let caller = handle
            await inOrder(group, limit: { run.limit }) { push in
                await result(of: push, isNamed: named.contains(push.id), url: url, handle: caller)
            } receive: { push, sent in
                let untried =
                    run.error == nil ? impossible(push, url: url, handle: caller) : nil
                let sent = sent ?? untried
                if let result = run.take(sent, of: push) { report(result) }
            }
            if let error = run.error { throw error }
        }
    }

    /// Consecutive pushes, in each group at most one of a reference. A new group also begins with the first push
    /// that can be sent: only from then on, the caller's handle is needed.
    private func groups(_ pushes: [PushRecord], url: String) -> [[PushRecord]] {
        var groups: [[PushRecord]] = []
        var references: Set<ImageReference> = []
        let firstSent = pushes.first { obstacle(to: $0, url: url) == nil }?.id
        for push in pushes {
            let isRepeated = push.reference.map { references.contains($0) } ?? false
            if groups.isEmpty || isRepeated || push.id == firstSent {
                groups.append([])
                references = []
            }
            groups[groups.count - 1].append(push)
            if let reference = push.reference { references.insert(reference) }
        }
        return groups
    }

    private func result(
        of push: PushRecord, isNamed: Bool, url: String, handle: String?
    ) async -> Result<NotifyResult, BackendError> {
        if let result = impossible(push, url: url, handle: handle) { return result }
        do throws(BackendError) {
            return .success(try await send(push, isNamed))
        } catch {
            return .failure(error)
        }
    }

    private func impossible(
        _ push: PushRecord, url: String, handle: String?
    ) -> Result<NotifyResult, BackendError>? {
        obstacle(to: push, url: url, handle: handle).map { obstacle in
            .success(NotifyResult(push: push, disposition: .impossible(obstacle)))
        }
    }

    private func obstacle(
        to push: PushRecord, url: String, handle: String? = nil
    ) -> NotifyResult.Obstacle? {
        guard case .succeeded = push.state, let reference = push.reference else {
            return .notSucceeded
        }
        if push.backend != url { return .otherBackend(push.backend) }
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

/// Decides, by the results so far, whether and how a run goes on.
private struct NotifyRun {
    /// Why the credentials were refused, which ends the run.
    private(set) var error: BackendError?
    private var unanswered = 0
    private var hasResponse = false

    /// How many notifications may be sent at once: one while the backend may be unavailable, so that it gets no more
    /// requests than necessary then; 0 if the run is over.
    var limit: Int {
        if error != nil || unanswered >= NotifyOperation.maxRetries || Task.isCancelled { return 0 }
        return hasResponse && unanswered == 0 ? NotifyOperation.requestsAtOnce : 1
    }

    /// - Parameter sent: what became of `push`; `nil` if it was not tried.
    /// - Returns: its result; `nil` if it has none, because the run ended with an error.
    mutating func take(
        _ sent: Result<NotifyResult, BackendError>?, of push: PushRecord
    ) -> NotifyResult? {
        switch sent {
        case .success(let result):
            count(result.disposition)
            return result
        case .failure(let refused):
            error = error ?? refused
            return nil
        case nil where error != nil:
            return nil
        case nil:
            return NotifyResult(
                push: push, disposition: Task.isCancelled ? .cancelled : .notTried)
        }
    }

    private mutating func count(_ disposition: NotifyDisposition) {
        // Once the run is over, only those that were sent before still end.
        guard unanswered < NotifyOperation.maxRetries else { return }
        switch disposition {
        case .failed(let error) where error.isUnavailable: unanswered += 1
        case .impossible: break
        case .delivered, .failed:
            hasResponse = true
            unanswered = 0
        case .notTried, .cancelled, .alreadySent, .held, .unreadable, .superseded: unanswered = 0
        }
    }
}
