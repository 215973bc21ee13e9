import EnclaviaCore
import Synchronization
import Testing

/// What `status` reports about the registry.
struct StatusOperationTests {
    private let log = Log()

    private func report(
        _ byTag: Result<ManifestDescriptor?, RegistryError>?, tags: [String] = ["v1"],
        ofOthers: Int = 0, held: [Result<ManifestDescriptor?, RegistryError>] = [],
        access: Result<RegistryAccess, BackendError> = .success(PushOperationTests.access),
        isRemote: Bool = true
    ) async throws -> StatusReport {
        let registry = ScriptedRegistry(log: log, byDigest: nil, byTag: byTag, held: held)
        let operation = StatusOperation(
            history: LatestHistory(pushes: pushes(tags, ofOthers: ofOthers)),
            accounts: NobodyLoggedIn(),
            remote: isRemote
                ? .init(
                    backend: ScriptedBackend(log, accesses: [access], reply: nil),
                    registry: registry) : nil)
        return try await operation.run(nil)
    }

    /// A push of each tag, the first `ofOthers` of them in the namespace of another user.
    private func pushes(_ tags: [String], ofOthers: Int = 0) -> [PushRecord] {
        tags.enumerated().map { index, tag in
            var push = Example.record()
            push.reference = ImageReference(
                registry: "registry.example.com", owner: index < ofOthers ? "bob" : "alice",
                repository: "myapp", tag: tag)
            return push
        }
    }

    private var queries: Int { log.all.count { $0.hasPrefix("ask by tag") } }

    @Test func `a tag that points at the pushed digest needs no attention`()
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

    @Test func `a deleted tag has no digest, and is not reported as moved`() async throws {
        let report = try await report(.success(nil))
        #expect(report.references.map(\.remoteDigest) == [nil])
        #expect(report.references.map(\.isGone) == [true])
        #expect(report.attention.isEmpty)
    }

    private let down = RegistryError.unavailable(registry: "r", reason: "down")
    private let nonsense = RegistryError.protocolViolation(registry: "r", detail: "no manifest")

    @Test(arguments: [0, 3])
    func `an unavailable registry is queried once for a tag of the user's own`(
        _ ofOthers: Int
    ) async throws {
        let tags = (1...30).map { "v\($0)" }
        let report = try await report(.failure(down), tags: tags, ofOthers: ofOthers)
        #expect(report.registryError == down)
        #expect(queries == 1)
    }

    @Test func `a registry that stops answering is not queried for the rest`() async throws {
        let tags = (1...30).map { "v\($0)" }
        let report = try await report(.failure(down), tags: tags, held: [.failure(nonsense)])
        #expect(report.registryError == nonsense, "the first error")
        #expect(queries == 1 + RemoteTags.queriesAtOnce)
    }

    @Test func `an unavailable registry leaves every tag without a digest`() async throws {
        let report = try await report(.failure(down), tags: ["v1", "v2", "v3"])
        #expect(report.registryError == down)
        #expect(report.references.map(\.remoteDigest) == [nil, nil, nil])
        #expect(report.references.map(\.isGone) == [false, false, false])
        #expect(queries == 1)
    }

    @Test func `an invalid response for one tag does not stop the query of the others`()
        async throws
    {
        let report = try await report(.failure(nonsense), tags: ["v1", "v2"])
        #expect(report.registryError == nonsense)
        #expect(report.attention.isEmpty)
        #expect(queries == 2)
    }

    /// A registry whose tags point at the digests of their names, and which counts the queries at once.
    private final class CountingRegistry: Registry {
        private let running = Mutex((now: 0, most: 0, all: 0))
        var most: Int { running.withLock { $0.most } }

        func manifest(
            taggedAs reference: ImageReference, access: RegistryAccess
        ) async throws(RegistryError) -> ManifestDescriptor? {
            let isFirst = running.withLock { running in
                running = (running.now + 1, max(running.most, running.now + 1), running.all + 1)
                return running.all == 1
            }
            // The others wait for each other once, but not for ever, and let too many start.
            let end = ContinuousClock.now + .seconds(20)
            while !isFirst, most < RemoteTags.queriesAtOnce, ContinuousClock.now < end {
                await Task.yield()
            }
            for _ in 0..<100 { await Task.yield() }
            running.withLock { $0.now -= 1 }
            return ManifestDescriptor(digest: Digest(of: reference.tag.utf8), mediaType: "m")
        }
        func manifest(
            _ digest: Digest, of reference: ImageReference, access: RegistryAccess
        ) async throws(RegistryError) -> ManifestDescriptor? { nil }
        func labels(
            of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
        ) async throws(RegistryError) -> ImageLabels { .none }
        func isReachable(_ registry: String) async -> Bool { true }
    }

    @Test func `the registry gets eight queries at once, and the answers stay in order`()
        async throws
    {
        let tags = (1...30).map { "v\($0)" }
        let registry = CountingRegistry()
        let operation = StatusOperation(
            history: LatestHistory(pushes: pushes(tags)), accounts: NobodyLoggedIn(),
            remote: .init(
                backend: ScriptedBackend(
                    log, accesses: [.success(PushOperationTests.access)], reply: nil),
                registry: registry))
        let report = try await operation.run(nil, limit: 1)
        #expect(registry.most == RemoteTags.queriesAtOnce)
        #expect(report.references.map(\.remoteDigest) == tags.map { Digest(of: $0.utf8) })
        #expect(report.attention.map(\.reference?.tag) == tags)
    }

    @Test func `without the backend the registry's tags are not queried`() async throws {
        let down = BackendError.unavailable(url: "u", reason: "r")
        let report = try await report(nil, access: .failure(down))
        #expect(report.remoteError == down)
        #expect(report.registry == "registry.example.com")
        #expect(report.isRegistryReachable == true)
        #expect(report.references.map(\.remoteDigest) == [nil])
    }

    @Test func `without the remote side nothing is sent`() async throws {
        let report = try await report(nil, isRemote: false)
        #expect(report.isRegistryReachable == nil)
        #expect(log.all.isEmpty)
    }

    @Test func `after a failed push a tag is compared with the newest success`()
        async throws
    {
        var failed = Example.record()
        failed.state = .failed(
            PushFailure(stage: .push, kind: "refused", message: "no"), contradicted: nil)
        for (held, kinds) in [
            (Example.digest, []), (Example.other, [AttentionItem.Kind.movedRemotely]),
        ] {
            let registry = ScriptedRegistry(
                log: log, byDigest: nil,
                byTag: .success(ManifestDescriptor(digest: held, mediaType: "m")))
            let operation = StatusOperation(
                history: LatestHistory(pushes: [failed], before: Example.record()),
                accounts: NobodyLoggedIn(),
                remote: .init(
                    backend: ScriptedBackend(
                        log, accesses: [.success(PushOperationTests.access)], reply: nil),
                    registry: registry))
            let report = try await operation.run(nil)
            #expect(
                report.references.map { $0.pointsAt?.state.manifest?.digest } == [Example.digest])
            #expect(report.attention.map(\.kind) == kinds)
        }
    }

    private func localOperation(_ history: LatestHistory) -> StatusOperation {
        StatusOperation(history: history, accounts: NobodyLoggedIn(), remote: nil)
    }

    @Test func `a limited report has the newest references, and says how many there are`()
        async throws
    {
        let pushes = (1...3).map { number in
            var push = Example.record()
            push.origin = number < 3 ? Origin(importedAt: Example.moment, host: nil) : nil
            push.reference = ImageReference(
                registry: "registry\(number).example.com", owner: "alice", repository: "myapp",
                tag: "v1")
            return push
        }
        let report = try await localOperation(LatestHistory(pushes: pushes)).run(nil, limit: 1)
        #expect(report.references.map(\.push) == [pushes[0]])
        #expect(report.referenceCount == 3)
        #expect(report.registry == "registry3.example.com", "of the newest push of this machine")
    }

    @Test func `items before a given time are left out, except for tags that have moved`()
        async throws
    {
        let push = Example.record()
        let items = AttentionItem.Kind.allCases.map {
            AttentionItem(kind: $0, push, message: nil)
        }
        let operation = localOperation(LatestHistory(pushes: [push], attention: items))
        #expect(try await operation.run(nil, since: push.startedAt).attention == items)
        let later = push.startedAt.adding(milliseconds: 1)
        #expect(
            try await operation.run(nil, since: later).attention.map(\.kind) == [.movedRemotely])
        let spooled = AttentionItem(
            kind: .spooled, pushID: PushID(at: later, random: (1, 1)), reference: nil, message: nil)
        let spool = localOperation(LatestHistory(pushes: [], attention: [spooled]))
        #expect(try await spool.run(nil, since: later).attention == [spooled])
        #expect(
            try await spool.run(nil, since: later.adding(milliseconds: 1)).attention.isEmpty)
    }

    @Test func `a reference that is not in the history is an error with the nearest one`()
        async throws
    {
        let known = try #require(Example.record().reference)
        let operation = localOperation(LatestHistory(pushes: [Example.record()]))
        let typed = [
            known.repository + "x:" + known.tag, known.repository + ":nope",
            "\(known.owner)/\(known.repository):nope",
        ]
        for text in typed {
            let selector = try ReferenceSelector(text)
            await #expect(throws: UnknownReference(nearest: known), "\(text)") {
                try await operation.run(selector)
            }
        }
        let far = try ReferenceSelector("else:v1")
        await #expect(throws: UnknownReference(nearest: nil)) { try await operation.run(far) }
    }

    @Test func `a push without a reference is found by its destination`()
        async throws
    {
        var push = Example.record()
        push.reference = nil
        push.destination = "lost:v1"
        let item = AttentionItem(kind: .lastPushFailed, push, message: nil)
        let operation = localOperation(LatestHistory(pushes: [], attention: [item]))
        for text in ["lost:v1", "alice/lost:v1"] {
            #expect(try await operation.run(ReferenceSelector(text)).attention == [item])
        }
        let other = try ReferenceSelector("lost:v2")
        await #expect(throws: UnknownReference(nearest: nil)) { try await operation.run(other) }
    }
}
