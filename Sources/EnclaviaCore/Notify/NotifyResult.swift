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

    /// Whether it is about a notification, rather than about a push that has none.
    package var isOfNotification: Bool {
        if case .impossible = disposition { false } else { true }
    }

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
