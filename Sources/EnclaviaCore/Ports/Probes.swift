/// Looks at the container engine and its client, and changes nothing.
package protocol EngineProbe: Sendable {
    func status() async -> EngineStatus
    /// What the client reports where the engine did not respond to this program; `nil` where that adds nothing to
    /// `status`.
    func diagnosis(of status: EngineStatus) async -> EngineDiagnosis?
    /// The paths of the private configurations that killed pushes left behind, with their credentials.
    func orphanedCredentials() -> [String]
}

/// Looks at how the user's Docker client gets its credentials, and changes nothing.
package protocol CredentialHelperProbe: Sendable {
    func credentialHelperUse() -> CredentialHelperUse
    /// Runs a credential helper as Docker does, and ends it at the limit.
    ///
    /// - Parameter program: its path.
    func reply(
        of program: String, for registry: String, within limit: Duration
    ) async -> CredentialHelperReply
}

/// Inspects the history's files and their file system, and changes nothing.
package protocol StoreProbe: Sendable {
    func survey() -> StoreSurvey
}

/// Tells whether the history's files may have come with a git checkout, whose commits others write.
package protocol StateOrigin: Sendable {
    /// - Returns: the checkout that tracks files of the history; `nil` where there is none. Where git cannot answer
    ///   for a checkout, it counts as tracking them.
    func trackingCheckout() async -> TrackingCheckout?
}

/// Determines who pushes, from where and from which commit.
package protocol ContextProbe: Sendable {
    /// The host and the user, available immediately.
    func identity() -> (host: String?, user: String?)
    /// All of it, in at most 500 ms; what is not known by then stays `nil`.
    func gather() async -> PushContext
}

/// The commits of the checkout in the working directory.
package protocol CommitGraph: Sendable {
    /// The commit that is checked out; `nil` where there is no checkout or no commit yet.
    ///
    /// - Throws: ``CommitGraphError`` where the checkout cannot answer.
    func head() async throws(CommitGraphError) -> String?

    /// Whether `ancestor` is `commit` or one of its ancestors. Both are full commit ids.
    ///
    /// - Throws: ``CommitGraphError`` where the checkout cannot answer.
    func isAncestor(
        _ ancestor: CommitID, of commit: CommitID
    ) async throws(CommitGraphError) -> Bool
}
