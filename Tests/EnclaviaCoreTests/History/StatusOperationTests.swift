import EnclaviaCore
import Testing

/// What `status` reports of the remote side.
struct StatusOperationTests {
    /// A history of the newest pushes alone.
    private struct Latest: History {
        let pushes: [PushRecord]

        func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush] {
            try pushes.map { push throws(StoreError) in
                do {
                    return StoredPush(json: try JSONText.encode(PushJSON(push)), store: "")
                } catch {
                    throw .corrupt(path: "", detail: "\(error)")
                }
            }
        }
        func needingAttention() -> [AttentionItem] { [] }
        func summary() -> StoreSummary {
            StoreSummary(path: "", pushes: 1, events: 7, head: nil, isWritable: true, spooled: 0)
        }

        func forEach(_ query: HistoryQuery, _ body: (StoredPush) throws -> Void) {}
        func select(_ selector: PushSelector) -> PushSelection { .none }
        func owners(ofRepository repository: String, registry: String?) -> [String] { [] }
        func references(_ selector: ReferenceSelector) -> [String] { [] }
        func push(
            of reference: ReferenceSelector, at moment: Timestamp?, now: Timestamp
        ) -> PushOfMoment { .none }
        func wasBroughtLater(_ digest: Digest, than push: PushRecord) -> Bool { false }
        func forEachDay(
            _ query: HistoryQuery, day: (Timestamp) -> String,
            _ body: (DayStatistics) throws -> Void
        ) throws {}
        func countByUser(_ query: HistoryQuery) -> [UserStatistics] { [] }
        func export(_ query: HistoryQuery, _ body: (String) throws -> Void) {}
        func unsettled() -> [PushRecord] { [] }
        func unverified() -> [PushRecord] { [] }
        func unnotified() -> PendingNotifications {
            PendingNotifications(toSend: [], superseded: [])
        }
    }

    private struct NobodyLoggedIn: Accounts {
        func account() -> Account? { nil }
        func login(
            _ request: LoginRequest, invite: @escaping @Sendable (LoginInvitation) async -> Void
        ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
        func logout() -> Account? { nil }
    }

    private let log = Log()

    private func report(
        _ byTag: Result<ManifestDescriptor?, RegistryError>?, tags: [String] = ["v1"],
        access: Result<RegistryAccess, BackendError> = .success(PushOperationTests.access),
        isRemote: Bool = true
    ) async throws -> StatusReport {
        let pushes = tags.map { tag in
            var push = Example.record()
            push.reference = ImageReference(
                registry: "registry.example.com", owner: "alice", repository: "myapp", tag: tag)
            return push
        }
        let operation = StatusOperation(
            history: Latest(pushes: pushes), accounts: NobodyLoggedIn(),
            remote: isRemote
                ? .init(
                    backend: ScriptedBackend(log, accesses: [access], reply: nil),
                    registry: ScriptedRegistry(log: log, byDigest: nil, byTag: byTag)) : nil)
        return try await operation.run(nil)
    }

    @Test func `a tag that points where it was pushed has its digest, and nothing to attend to`()
        async throws
    {
        let report = try await report(.success(PushOperationTests.known))
        #expect(report.references.map(\.remoteDigest) == [Example.digest])
        #expect(report.attention.isEmpty)
        #expect(report.isRegistryReachable == true)
        #expect(report.registryError == nil)
    }

    @Test func `a tag that points elsewhere has moved`() async throws {
        let other = ManifestDescriptor(digest: Example.other, mediaType: "m")
        let report = try await report(.success(other))
        #expect(report.references.map(\.remoteDigest) == [Example.other])
        #expect(report.attention.map(\.kind) == [.movedRemotely])
        #expect(report.attention.first?.message?.contains(Example.other.description) == true)
    }

    @Test func `a tag that is gone has no digest, and has not moved`() async throws {
        let report = try await report(.success(nil))
        #expect(report.references.map(\.remoteDigest) == [nil])
        #expect(report.attention.isEmpty)
    }

    @Test func `a registry that is away is asked once, and the report says so`() async throws {
        let down = RegistryError.unavailable(registry: "r", reason: "down")
        let report = try await report(.failure(down), tags: ["v1", "v2", "v3"])
        #expect(report.registryError == down)
        #expect(report.references.map(\.remoteDigest) == [nil, nil, nil])
        #expect(log.all.filter { $0.hasPrefix("ask by tag") }.count == 1)
    }

    @Test func `a registry that answers nonsense for a tag is asked for the others`() async throws {
        let nonsense = RegistryError.protocolViolation(registry: "r", detail: "no manifest")
        let report = try await report(.failure(nonsense), tags: ["v1", "v2"])
        #expect(report.registryError == nonsense)
        #expect(report.attention.isEmpty)
        #expect(log.all.filter { $0.hasPrefix("ask by tag") }.count == 2)
    }

    @Test func `a backend that is away leaves the registry's tags unasked`() async throws {
        let down = BackendError.unavailable(url: "u", reason: "r")
        let report = try await report(nil, access: .failure(down))
        #expect(report.remoteError == down)
        #expect(report.registry == "registry.example.com")
        #expect(report.isRegistryReachable == true)
        #expect(report.references.map(\.remoteDigest) == [nil])
    }

    @Test func `nothing leaves the machine where the remote side is not wanted`() async throws {
        let report = try await report(nil, isRemote: false)
        #expect(report.isRegistryReachable == nil)
        #expect(log.all.isEmpty)
    }
}
