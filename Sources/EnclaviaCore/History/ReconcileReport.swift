/// The result of a reconciliation.
package struct ReconcileReport: Sendable {
    package let recovered: RecoverySummary
    /// The pushes that were examined, those that had been interrupted first.
    package var pushes: [ResolvedPush]
    /// Why not all of them could be queried for; `nil` where they could.
    package var problem: ReconcileProblem?

    package init(
        recovered: RecoverySummary, pushes: [ResolvedPush] = [], problem: ReconcileProblem? = nil
    ) {
        self.recovered = recovered
        self.pushes = pushes
        self.problem = problem
    }
}

/// What became of one push.
package enum ReconcileOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    /// It crashed before the image was known, so nothing was sent: it is cancelled.
    case nothingSent = "nothing_sent"
    /// The registry holds the image under the tag: it succeeded.
    case arrived
    /// The registry does not hold the image under the tag: it failed.
    case absent
    /// The registry does not hold the image under the tag, and the engine's client may still be sending
    /// it: it stays as it is.
    case stillSending = "still_sending"
    /// The registry has confirmed the digest of a push that had succeeded.
    case verified
    /// The registry no longer holds the digest of a push that had succeeded, which stays as it is.
    case gone
    /// The registry holds other bytes under the digest: it failed.
    case contradicted
    /// The digest of a push that had succeeded is of another image: it failed.
    case otherImage = "other_image"
    /// The registry holds the digest, which may be of another image, and the engine no longer knows
    /// the push's own: it stays as it is.
    case notCompared = "not_compared"
    /// The registry refused the request, or its response is invalid: it stays as it is.
    case refused
    /// The backend or the registry was unavailable: it stays as it is.
    case unanswered
    /// It belongs to another backend, registry or owner than the caller's: it stays as it is.
    case notOurs = "elsewhere"
}

/// One push, and what the reconciliation found out about it.
package struct ResolvedPush: Sendable {
    /// The record as it is now.
    package let record: PushRecord
    package let outcome: ReconcileOutcome
    /// Where the record was written; `nil` where nothing was.
    package let location: RecordLocation?
    /// The registry's error, where it contradicted the push or refused the request.
    package let error: RegistryError?

    /// Problems that do not affect the record.
    package let warnings: [StoreWarning]

    package init(
        record: PushRecord, outcome: ReconcileOutcome, receipt: PushReceipt? = nil,
        error: RegistryError? = nil
    ) {
        self.record = record
        self.outcome = outcome
        location = receipt?.location
        warnings = receipt?.warnings ?? []
        self.error = error
    }
}

/// Why pushes could not be queried for.
package enum ReconcileProblem: Error, Hashable, Sendable {
    case backend(BackendError)
    case registry(RegistryError)
}
