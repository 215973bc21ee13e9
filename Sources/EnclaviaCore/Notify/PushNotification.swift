/// What the backend is told of a push.
package struct PushNotification: Hashable, Sendable {
    package let reference: ImageReference
    package let digest: Digest
    package let pushID: PushID
    /// `<push id>`, or `<push id>/<n>` when a person asks again.
    package let idempotencyKey: String
    /// The longest that all tries together may take, in milliseconds; `nil` for the usual three tries.
    package let limitMilliseconds: Int64?

    package init(
        reference: ImageReference, digest: Digest, pushID: PushID, idempotencyKey: String,
        limitMilliseconds: Int64? = nil
    ) {
        self.reference = reference
        self.digest = digest
        self.pushID = pushID
        self.idempotencyKey = idempotencyKey
        self.limitMilliseconds = limitMilliseconds
    }

    /// Sent where the repository is itself a UUID: newer backends keep one repository an enclave.
    package var enclaveID: String? {
        ReferenceGrammar.isUUID(Array(reference.repository.utf8)) ? reference.repository : nil
    }
}

/// How a notification went, and how many requests it took.
package struct NotifyReply: Sendable {
    package let result: Result<NotifyAnswer, BackendError>
    /// Requests that were sent.
    package let attempts: Int

    package init(result: Result<NotifyAnswer, BackendError>, attempts: Int) {
        self.result = result
        self.attempts = attempts
    }
}

/// Pushes that the backend has yet to hear of.
package struct PendingNotifications: Hashable, Sendable {
    /// The newest of each reference, to be sent.
    package let toSend: [PushRecord]
    /// Older ones of the same references, which a newer push has made pointless.
    package let superseded: [PushRecord]

    package init(toSend: [PushRecord], superseded: [PushRecord]) {
        self.toSend = toSend
        self.superseded = superseded
    }
}
