import EnclaviaCommands
import EnclaviaCore

/// The adapters of a test. What a test does not give, no command may ask for: that ends the test run,
/// with the name of what was asked for.
struct TestAdapters: Adapters {
    var givenEngine: (any ImageEngine)?
    var givenContext: (any ContextProbe)?
    var givenBackend: (any Backend)?
    var givenRegistry: (any Registry)?
    var givenJournal: (any PushJournal)?
    var givenLocks: (any ReferenceLocks)?
    var givenHistory: (any History)?
    var givenKeeper: (any HistoryKeeper)?
    var givenVerifier: (any HistoryVerifier)?
    var givenEvents: (any EventFeed)?
    var clients = FixedClients(isRunning: false)
    /// How many pushes left credentials behind.
    var leftSecrets = 0

    private func given<Port>(_ port: Port?, _ name: StaticString = #function) -> Port {
        guard let port else {
            fatalError("a command asked for \(name), which its test does not give")
        }
        return port
    }

    func engine() -> any ImageEngine { given(givenEngine) }
    func backend() -> any Backend { given(givenBackend) }
    func enclaves() -> any Enclaves { given(nil) }
    func accounts() -> any Accounts { given(nil) }
    func registry() -> any Registry { given(givenRegistry) }
    func contextProbe() -> any ContextProbe { givenContext ?? FixedContext() }
    func commits() -> any CommitGraph { NoCheckout() }
    func browser() -> any Browser { given(nil) }
    func clock() -> any ClockProbe { given(nil) }
    func engineProbe() -> any EngineProbe { given(nil) }
    func storeProbe() -> any StoreProbe { given(nil) }
    func completionProbe() -> any CompletionProbe { given(nil) }
    func journal() -> any PushJournal { given(givenJournal) }
    func referenceLocks() -> any ReferenceLocks { given(givenLocks) }
    func pushClients() -> any PushClients { clients }
    func accountJournal() -> any AccountJournal { given(nil) }
    func history() -> any History { given(givenHistory) }
    func keeper() -> any HistoryKeeper { given(givenKeeper) }
    func verifier() -> any HistoryVerifier { given(givenVerifier) }
    func events() -> any EventFeed { given(givenEvents) }
    func remember(_ enclaves: [Enclave]) -> [StoreWarning] { [] }
    func close() async -> [StoreWarning] { [] }
    func waitForUnbreakable(_ announce: () -> Void) -> Bool { false }
    func sweepSecrets() -> Int { leftSecrets }
    func removeSecretsNow() {}
}

/// The clients of all pushes, which run, have ended, or cannot be seen.
struct FixedClients: PushClients {
    let isRunning: Bool?
    func isRunning(_ id: PushID) -> Bool? { isRunning }
}

/// A working directory in no checkout.
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
