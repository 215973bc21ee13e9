/// The notification of a push, as the backend receives it.
package struct PushNotification: Hashable, Sendable {
    /// The URL of the backend that the push was made for.
    package let backend: String
    package let reference: ImageReference
    package let digest: Digest
    package let pushID: PushID
    /// `<push id>`, or `<push id>/<n>` once the backend has answered it or the user asks for it again.
    package let idempotencyKey: String
    /// The time limit for all attempts together, in milliseconds; `nil` for the usual three attempts.
    package let limitMilliseconds: Int64?

    package init(
        backend: String, reference: ImageReference, digest: Digest, pushID: PushID,
        idempotencyKey: String, limitMilliseconds: Int64? = nil
    ) {
        self.backend = backend
        self.reference = reference
        self.digest = digest
        self.pushID = pushID
        self.idempotencyKey = idempotencyKey
        self.limitMilliseconds = limitMilliseconds
    }

    /// Sent where the repository is itself a UUID: newer backends keep one repository for each enclave.
    package var enclaveID: String? {
        ReferenceGrammar.isUUID(Array(reference.repository.utf8)) ? reference.repository : nil
    }
}

/// How a notification went, and how many requests it took.
package struct NotifyReply: Sendable {
    package let result: Result<NotifyResponse, BackendError>
    /// The number of requests sent.
    package let attempts: Int

    package init(result: Result<NotifyResponse, BackendError>, attempts: Int) {
        self.result = result
        self.attempts = attempts
    }
}

/// Pushes whose notification is still to be sent.
package struct PendingNotifications: Hashable, Sendable {
    /// The newest of each reference, to be sent.
    package let toSend: [PushRecord]
    /// Older ones of the same references, which a newer push supersedes.
    package let superseded: [PushRecord]

    package init(toSend: [PushRecord], superseded: [PushRecord]) {
        self.toSend = toSend
        self.superseded = superseded
    }
}
