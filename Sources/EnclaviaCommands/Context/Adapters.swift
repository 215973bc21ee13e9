import EnclaviaCore

/// The adapters behind Core's ports.
package protocol Adapters: Sendable {
    /// - Parameter drawsProgress: whether the push is shown in a redrawn line, for which the engine's client may
    ///   be made to report more.
    func engine(drawsProgress: Bool) throws -> any ImageEngine
    func backend() throws(BackendError) -> any Backend
    func registryCredentials() throws(BackendError) -> any RegistryCredentials
    func enclaves() throws(BackendError) -> any Enclaves
    func accounts() throws(BackendError) -> any Accounts
    func registry() throws(BackendError) -> any Registry
    func contextProbe() -> any ContextProbe
    func commits() -> any CommitGraph
    func browser() -> any Browser
    /// The probes of `doctor`.
    func clock() throws(BackendError) -> any ClockProbe
    func engineProbe() -> any EngineProbe
    func credentialHelperProbe() -> any CredentialHelperProbe
    func storeProbe() -> any StoreProbe
    func completionProbe() -> any CompletionProbe
    func completionInstaller() -> any CompletionInstaller
    func journal() -> any PushJournal
    func stateOrigin() -> any StateOrigin
    func referenceLocks() -> any ReferenceLocks
    func pushClients() -> any PushClients
    func accountJournal() -> any AccountJournal
    func history() throws(StoreError) -> any History
    func maintenance() -> any HistoryMaintenance
    func verifier() -> any HistoryVerifier
    func copier() -> any HistoryCopier
    func rebuilder() -> any HistoryRebuilder
    func checkpoints() -> any CheckpointJournal
    func checkpointSigner() -> any CheckpointSigner
    func comparer() -> any HistoryComparer
    func reporter() -> any HistoryReporter
    func salvager() -> any HistorySalvager
    func events() -> any EventFeed
    /// The shared history that `name` names.
    ///
    /// - Parameter limit: how long the server may take to respond.
    func sharedHistory(
        _ name: String, limit: Duration
    ) throws(RemoteError) -> any SharedHistory
    /// An empty history for pushes that are read from a shared one.
    func pushCollection() throws(StoreError) -> any PushCollection
    func chain() -> any HistoryChain
    /// The SQL that makes a shared history.
    func sharedHistorySchema() -> String
    /// The files that the adapters keep: the history, the event log, the credentials; and the directories of which each
    /// file is one. They need not exist.
    func ownFiles() -> [String]
    /// Stores the enclaves that completion offers.
    func remember(_ enclaves: [Enclave]) async throws(StoreError) -> [StoreWarning]
    /// Makes the event log durable and closes connections. Called once, at the end.
    ///
    /// - Returns: what went wrong.
    func close() async -> [StoreWarning]
    /// Blocks until the critical section has ended or its time limit is over, before a signal ends the process.
    ///
    /// - Parameter announce: called if there is one to wait for.
    /// - Returns: whether there was.
    func waitForCriticalSection(_ announce: () -> Void) -> Bool
    /// Removes the credentials of running pushes at once, before the process ends. May be called from any
    /// thread.
    func removeCredentialsNow()
    /// Removes the credentials that killed pushes left behind.
    ///
    /// - Returns: the number of those pushes.
    func sweepCredentials() -> Int
}

extension CommandContext {
    /// The ports of a push.
    ///
    /// - Parameter drawsProgress: as in ``Adapters/engine(drawsProgress:)``.
    func pushPorts(drawsProgress: Bool = false) throws -> PushPorts {
        PushPorts(
            engine: try adapters.engine(drawsProgress: drawsProgress),
            backend: try adapters.backend(),
            registry: try adapters.registry(), journal: adapters.journal(),
            locks: adapters.referenceLocks(),
            context: adapters.contextProbe(), commits: adapters.commits(),
            system: system, errorMessage: ErrorMessages.recorded)
    }
}
