import EnclaviaCore

/// The adapters behind Core's ports, made when they are asked for.
package protocol Adapters: Sendable {
    /// - Parameter drawsProgress: whether somebody watches a push in a line that is redrawn, for which the engine's
    ///   client may be made to tell more.
    func engine(drawsProgress: Bool) throws -> any ImageEngine
    func backend() throws(BackendError) -> any Backend
    func enclaves() throws(BackendError) -> any Enclaves
    func accounts() throws(BackendError) -> any Accounts
    func registry() throws(BackendError) -> any Registry
    func contextProbe() -> any ContextProbe
    func commits() -> any CommitGraph
    func browser() -> any Browser
    /// What `doctor` looks with.
    func clock() throws(BackendError) -> any ClockProbe
    func engineProbe() -> any EngineProbe
    func storeProbe() -> any StoreProbe
    func completionProbe() -> any CompletionProbe
    func journal() -> any PushJournal
    func stateOrigin() -> any StateOrigin
    func referenceLocks() -> any ReferenceLocks
    func pushClients() -> any PushClients
    func accountJournal() -> any AccountJournal
    func history() throws(StoreError) -> any History
    func maintenance() -> any HistoryMaintenance
    func verifier() -> any HistoryVerifier
    func events() -> any EventFeed
    /// Keeps what completion offers of enclaves.
    func remember(_ enclaves: [Enclave]) async throws(StoreError) -> [StoreWarning]
    /// Makes the event log durable and lets go of connections. Called once, at the end.
    ///
    /// - Returns: what went wrong.
    func close() async -> [StoreWarning]
    /// Blocks while something is under way that may not be broken off; for the way out after a signal.
    ///
    /// - Parameter announce: told where there is something to wait for.
    /// - Returns: whether there was.
    func waitForCriticalSection(_ announce: () -> Void) -> Bool
    /// Takes secrets away that the commands in hand would have taken away in the end; from any thread.
    func removeSecretsNow()
    /// Takes the secrets away that dead commands left behind.
    ///
    /// - Returns: how many commands they were of.
    func sweepSecrets() -> Int
}

extension CommandContext {
    /// All that a push needs.
    ///
    /// - Parameter drawsProgress: as ``Adapters/engine(drawsProgress:)`` has it.
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
