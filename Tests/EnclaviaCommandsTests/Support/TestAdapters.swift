import EnclaviaCommands
import EnclaviaCore

/// The adapters of a test. A command that calls a port that is not given fails the test, with the name of
/// the call, and gets an error.
struct TestAdapters: Adapters {
    var givenEngine: (any ImageEngine)?
    var givenContext: (any ContextProbe)?
    var givenBackend: (any Backend)?
    var givenEnclaves: (any Enclaves)?
    var givenAccounts: (any Accounts)?
    var givenRegistry: (any Registry)?
    var givenJournal: (any PushJournal)?
    var givenLocks: (any ReferenceLocks)?
    var givenHistory: (any History)?
    var givenMaintenance: (any HistoryMaintenance)?
    var givenVerifier: (any HistoryVerifier)?
    var givenComparer: (any HistoryComparer)?
    var givenReporter: (any HistoryReporter)?
    var givenCopier: (any HistoryCopier)?
    var givenRebuilder: (any HistoryRebuilder)?
    var givenCheckpoints: (any CheckpointJournal)?
    var givenSigner: (any CheckpointSigner)?
    var givenSalvager: (any HistorySalvager)?
    var givenEvents: (any EventFeed)?
    var givenShared: (any SharedHistory)?
    var givenChain: (any HistoryChain)?
    /// What `doctor` checks.
    var givenMachine:
        (
            any StoreProbe & EngineProbe & Accounts & ClockProbe & CompletionProbe
                & CredentialHelperProbe
        )?
    var givenInstaller: (any CompletionInstaller)?
    var givenCredentials: (any RegistryCredentials)?
    var givenHelper: (any CredentialHelperProbe)?
    var origin = FixedOrigin()
    var clients = FixedClients(isRunning: false)
    /// How many pushes left credentials behind.
    var leftSecrets = 0
    /// Called for each engine that a command requests.
    var onEngine: @Sendable (_ drawsProgress: Bool) -> Void = { _ in }
    /// Replaces every port that is not given.
    var unstubbed = Unstubbed()

    private func given<Port>(
        _ port: Port?, _ name: StaticString = #function
    ) throws(BackendError) -> Port {
        if let port { return port }
        unstubbed.record("\(name)")
        throw .configuration(subject: "\(name)", reason: "the test does not give it")
    }

    func engine(drawsProgress: Bool) throws -> any ImageEngine {
        onEngine(drawsProgress)
        return try given(givenEngine)
    }
    func backend() throws(BackendError) -> any Backend { try given(givenBackend) }
    func registryCredentials() throws(BackendError) -> any RegistryCredentials {
        try given(givenCredentials)
    }
    func enclaves() throws(BackendError) -> any Enclaves { try given(givenEnclaves) }
    func accounts() throws(BackendError) -> any Accounts {
        try given(givenAccounts ?? givenMachine)
    }
    func registry() throws(BackendError) -> any Registry { try given(givenRegistry) }
    func contextProbe() -> any ContextProbe { givenContext ?? FixedContext() }
    func commits() -> any CommitGraph { NoCheckout() }
    func browser() -> any Browser { unstubbed }
    func clock() throws(BackendError) -> any ClockProbe { try given(givenMachine) }
    func engineProbe() -> any EngineProbe { givenMachine ?? unstubbed }
    func credentialHelperProbe() -> any CredentialHelperProbe {
        givenHelper ?? givenMachine ?? unstubbed
    }
    func storeProbe() -> any StoreProbe { givenMachine ?? unstubbed }
    func completionProbe() -> any CompletionProbe { givenMachine ?? unstubbed }
    func completionInstaller() -> any CompletionInstaller { givenInstaller ?? unstubbed }
    func journal() -> any PushJournal { givenJournal ?? unstubbed }
    func stateOrigin() -> any StateOrigin { origin }
    func referenceLocks() -> any ReferenceLocks { givenLocks ?? unstubbed }
    func pushClients() -> any PushClients { clients }
    func accountJournal() -> any AccountJournal { unstubbed }
    func history() throws(StoreError) -> any History {
        if let givenHistory { return givenHistory }
        throw unstubbed.failure()
    }
    func maintenance() -> any HistoryMaintenance { givenMaintenance ?? unstubbed }
    func verifier() -> any HistoryVerifier { givenVerifier ?? unstubbed }
    func copier() -> any HistoryCopier { givenCopier ?? unstubbed }
    func rebuilder() -> any HistoryRebuilder { givenRebuilder ?? unstubbed }
    func checkpoints() -> any CheckpointJournal { givenCheckpoints ?? unstubbed }
    func checkpointSigner() -> any CheckpointSigner { givenSigner ?? unstubbed }
    func comparer() -> any HistoryComparer { givenComparer ?? unstubbed }
    func reporter() -> any HistoryReporter { givenReporter ?? unstubbed }
    func salvager() -> any HistorySalvager { givenSalvager ?? unstubbed }
    func events() -> any EventFeed { givenEvents ?? unstubbed }
    func sharedHistory(_ name: String, limit: Duration) throws(RemoteError) -> any SharedHistory {
        if let givenShared { return givenShared }
        unstubbed.record("sharedHistory")
        throw .address(.missing)
    }
    func pushCollection() throws(StoreError) -> any PushCollection { throw unstubbed.failure() }
    func chain() -> any HistoryChain { givenChain ?? unstubbed }
    func sharedHistorySchema() -> String { "-- the schema\n" }
    func ownFiles() -> [String] { [] }
    func remember(_ enclaves: [Enclave]) -> [StoreWarning] { [] }
    func close() async -> [StoreWarning] { [] }
    func waitForCriticalSection(_ announce: () -> Void) -> Bool { false }
    func sweepCredentials() -> Int { leftSecrets }
    func removeCredentialsNow() {}
}

/// A history in `checkout`, or in none.
struct FixedOrigin: StateOrigin {
    var checkout: TrackingCheckout?
    func trackingCheckout() async -> TrackingCheckout? { checkout }
}

/// The clients of all pushes: they run, have ended, or cannot be seen (`nil`).
struct FixedClients: PushClients {
    let isRunning: Bool?
    func isRunning(_ id: PushID) -> Bool? { isRunning }
}

/// A working directory outside a checkout.
struct NoCheckout: CommitGraph {
    func head() async throws(CommitGraphError) -> String? { nil }
    func isAncestor(
        _ ancestor: CommitID, of commit: CommitID
    ) async throws(CommitGraphError) -> Bool { throw .noCheckout }
}

/// A machine and a user that are always the same.
struct FixedContext: ContextProbe {
    func identity() -> (host: String?, user: String?) { ("laptop", "alice") }
    func gather() async -> PushContext { PushContext(host: "laptop", user: "alice") }
}
