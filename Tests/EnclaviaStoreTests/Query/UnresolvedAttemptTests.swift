import EnclaviaCore
import EnclaviaStore
import Foundation
import Testing

/// A failed attempt without a reference is one attention item, together with attempts that have one.
struct UnresolvedAttemptTests {
    let store: TemporaryStore
    let journal: StoreJournal

    init() throws {
        store = try TemporaryStore()
        journal = store.journal()
    }

    private func failed() throws -> [PushID?] {
        try store.history().needingAttention().filter { $0.kind == .lastPushFailed }.map(\.pushID)
    }

    /// Records a push that fails.
    ///
    /// - Parameter owner: the owner of the push's reference; `nil` for a push without one.
    private func attempt(
        _ destination: String = "app:v1", owner: String? = nil, ending state: PushState? = nil,
        in given: StoreJournal? = nil
    ) async -> PushID {
        let entry = await (given ?? journal).begin(
            store.clock.newID(),
            PushStarted(
                destination: destination, backend: "https://api.example", localImage: "app:dev",
                labels: [:], startedAt: store.clock.now(), host: "laptop", user: "alice",
                cliVersion: "1.0.0"))
        if let owner {
            let reference = ImageReference(
                registry: "registry.example:5000", owner: owner, repository: "app", tag: "v1")
            let image = LocalImage(id: SamplePush.digest(99).description)
            await entry.append([
                .authenticated(
                    PushAuthenticated(
                        reference: reference, source: .engine(image),
                        engine: EngineVersion(name: "docker", version: "28.2.2"),
                        context: PushContext(host: "laptop", user: "alice")))
            ])
        }
        let failure = PushFailure(
            stage: owner == nil ? .authenticate : .push, kind: "refused", message: "no")
        await entry.finish(
            PushEnding(state ?? .failed(failure, contradicted: nil), at: store.clock.now()))
        await entry.close()
        return entry.id
    }

    @Test func `an attempt with a reference replaces an older attempt without one`()
        async throws
    {
        let first = await attempt()
        #expect(try failed() == [first])
        let second = await attempt(owner: "alice")
        #expect(try failed() == [second])
    }

    @Test func `an attempt without a reference replaces the one before it`()
        async throws
    {
        _ = await attempt(owner: "alice")
        let second = await attempt()
        #expect(try failed() == [second])
        let third = await attempt()
        #expect(try failed() == [third])
        let last = await attempt(owner: "alice")
        #expect(try failed() == [last])
    }

    @Test func `a cancelled attempt with a reference resolves older attempts without one`()
        async throws
    {
        _ = await attempt()
        _ = await attempt(owner: "alice", ending: .cancelled)
        #expect(try failed() == [])
        let last = await attempt()
        _ = await attempt(ending: .cancelled)
        #expect(try failed() == [last])
    }

    @Test func `an attempt with another spelling of the destination counts for the same reference`()
        async throws
    {
        _ = await attempt("app:v1", owner: "alice")
        let second = await attempt("alice/app:v1")
        #expect(try failed() == [second])
        let third = await attempt("app:v1")
        #expect(try failed() == [third])
        let last = await attempt("alice/app:v1", owner: "alice")
        #expect(try failed() == [last])
    }

    @Test func `two owners of a destination are counted separately`() async throws {
        let alice = await attempt(owner: "alice")
        let bob = await attempt(owner: "bob")
        #expect(try failed() == [bob, alice])
        // It counts for the reference of the attempt before it.
        let lost = await attempt()
        #expect(try failed() == [lost, alice])
        let other = await attempt("alice/app:v1")
        #expect(try failed() == [other, lost])
        let last = await attempt(owner: "alice")
        #expect(try failed() == [last, bob])
    }

    @Test func `another tag and another repository keep their own attempts`() async throws {
        let tag = await attempt("app:v2")
        let repository = await attempt("other:v1")
        let known = await attempt(owner: "alice")
        #expect(try failed() == [known, repository, tag])
    }

    @Test func `a recovered attempt is not newer than attempts that followed it`()
        async throws
    {
        _ = await attempt(owner: "alice")
        let spooled = try await store.locked { await attempt(in: $0) }
        let spool = try #require(store.paths.spools.first).string
        // The spool is moved away meanwhile.
        try FileManager.default.moveItem(atPath: spool, toPath: "\(spool).away")
        let newest = await attempt(owner: "alice")
        #expect(try failed() == [newest])
        try FileManager.default.moveItem(atPath: "\(spool).away", toPath: spool)
        #expect(try await store.journal().recover().recoveredPushes == [spooled])
        #expect(try failed() == [newest])
    }
}
