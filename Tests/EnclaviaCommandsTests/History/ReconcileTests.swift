import EnclaviaCommands
import EnclaviaCore
import Synchronization
import Testing

/// `history reconcile`, on a real store, with a registry whose answers a test sets.
struct ReconcileTests {
    private struct FakeBackend: Backend {
        var url = "https://api.example.com"
        var failure: BackendError?

        func registryAccess() async throws(BackendError) -> RegistryAccess {
            if let failure { throw failure }
            return RegistryAccess(
                registry: "registry.example.com", handle: "alice", password: Secret("secret"))
        }

        func notify(_ notification: PushNotification) async -> NotifyReply {
            Issue.record("reconcile notifies nobody")
            return NotifyReply(
                result: .success(NotifyResponse(matched: 0, triggered: [])), attempts: 1)
        }
    }

    private final class FakeRegistry: Registry {
        private let tags: [String: ManifestDescriptor]
        private let failure: RegistryError?
        private let questions = Mutex(0)

        init(_ tags: [String: ManifestDescriptor] = [:], failure: RegistryError? = nil) {
            self.tags = tags
            self.failure = failure
        }

        var asked: Int { questions.withLock { $0 } }

        func manifest(
            taggedAs reference: ImageReference, access: RegistryAccess
        ) async throws(RegistryError) -> ManifestDescriptor? {
            questions.withLock { $0 += 1 }
            if let failure { throw failure }
            return tags[reference.tag]
        }

        func manifest(
            _ digest: Digest, of reference: ImageReference, access: RegistryAccess
        ) async throws(RegistryError) -> ManifestDescriptor? {
            questions.withLock { $0 += 1 }
            if let failure { throw failure }
            return tags.values.first { $0.digest == digest }
        }

        func labels(
            of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
        ) async throws(RegistryError) -> ImageLabels {
            Issue.record("reconcile asks for no labels")
            return .none
        }

        func isReachable(_ registry: String) async -> Bool { failure == nil }
    }

    private let push = Sample.push(1)
    private var image: Digest { Sample.digest("image") }
    private var arrived: ManifestDescriptor {
        ManifestDescriptor(
            digest: Sample.digest("manifest 1"), mediaType: "m", sizeBytes: 42, config: image)
    }

    /// An engine that knows the push's image, or no image at all.
    private struct Engine: ImageEngine {
        var store: ImageStore?

        func inspect(_ image: String) async throws(EngineError) -> EngineInspection {
            guard let store else { throw .imageNotFound(image: image, nearest: []) }
            return EngineInspection(
                image: LocalImage(id: image), store: store,
                engine: EngineVersion(name: "docker", version: "28"),
                sizeBytes: nil)
        }

        func openSession(
            for registry: String, push: PushID?
        ) async throws(EngineError) -> any EngineSession {
            Issue.record("reconcile pushes nothing")
            throw .notInstalled(program: "docker")
        }
    }

    private func reconcile(
        _ store: RealStore, _ registry: FakeRegistry, _ backend: FakeBackend = FakeBackend(),
        json: Bool = true,
        engine: Engine = Engine(), clients: Bool? = false
    ) async -> CommandLineRun.Outcome {
        var adapters = store.adapters
        adapters.givenEngine = engine
        adapters.clients = FixedClients(isRunning: clients)
        adapters.givenBackend = backend
        adapters.givenRegistry = registry
        return await CommandLineRun(adapters: adapters).run(
            ["history", "reconcile"] + (json ? ["--json"] : []))
    }

    private func record(_ store: RealStore, _ id: PushID) throws -> PushRecord {
        guard case .found(let push) = try store.history.select(.id(id.text)) else {
            throw StoreError.corrupt(path: "", detail: "no push")
        }
        return try push.record()
    }

    @Test(arguments: [(0, ""), (1, "deleted the credentials that 1 push left behind\n")])
    func `credentials that crashed pushes left behind are deleted`(
        left: Int, words: String
    ) async throws {
        let store = try RealStore()
        var adapters = store.adapters
        adapters.leftSecrets = left
        let outcome = await CommandLineRun(adapters: adapters).run(["history", "reconcile"])
        #expect(outcome.err == words + "nothing to reconcile\n")
    }

    @Test func `a push whose image is in the registry has succeeded, and is to be notified`()
        async throws
    {
        let store = try RealStore()
        await store.interrupt(push)
        let outcome = await reconcile(store, FakeRegistry(["v1": arrived]))
        #expect(outcome.status == .done, "\(outcome.err)")
        let resolved = try record(store, push.id)
        let manifest = try #require(resolved.state.manifest)
        #expect(resolved.state.outcome == .succeeded)
        #expect(manifest.digest == arrived.digest && manifest.isVerified)
        #expect(manifest.tagChange == .created && manifest.sizeBytes == 42)
        #expect(resolved.notify.outcome == .pending)
        #expect(resolved.finishedAt != nil)
        #expect(await store("history", "verify").status == .done)
        let object = try outcome.object()
        let pushes = try #require(object["pushes"] as? [[String: Any]])
        #expect(pushes.map { $0["verdict"] as? String } == ["arrived"])
        #expect(await reconcile(store, FakeRegistry(), json: false).err == "nothing to reconcile\n")
    }

    @Test func `the containerd store's ids are manifests or children of an index`() async throws {
        for manifest in [
            ManifestDescriptor(digest: image, mediaType: nil),
            ManifestDescriptor(digest: Sample.digest("index"), mediaType: nil, children: [image]),
        ] {
            let store = try RealStore()
            await store.interrupt(push)
            _ = await reconcile(store, FakeRegistry(["v1": manifest]))
            #expect(try record(store, push.id).state.manifest?.digest == manifest.digest)
        }
    }

    @Test func `a push whose image the registry lacks has failed, even if the tag exists`()
        async throws
    {
        let others = ManifestDescriptor(
            digest: Sample.digest("other"), mediaType: nil, config: Sample.digest("other image"))
        for tags in [[:], ["v1": others]] {
            let store = try RealStore()
            await store.interrupt(push)
            #expect(await reconcile(store, FakeRegistry(tags)).status == .done)
            let resolved = try record(store, push.id)
            let failure = try #require(resolved.state.failure)
            #expect(failure.stage == .push && failure.kind == "not_found")
            #expect(failure.message.contains("before the registry had this image"))
            #expect(resolved.notify.outcome == nil)
        }
    }

    @Test func `a push that crashed before sending is cancelled without a registry query`()
        async throws
    {
        let store = try RealStore()
        await store.interrupt(push, isKnown: false)
        let outcome = await CommandLineRun(adapters: store.adapters)("history", "reconcile")
        #expect(outcome.status == .done)
        #expect(try record(store, push.id).state.outcome == .cancelled)
        #expect(await store("history", "verify").status == .done)
    }

    @Test(arguments: [
        RegistryError.unavailable(registry: "registry.example.com", reason: "down"),
        .unreachable(
            registry: "registry.example.com",
            .certificate(host: "registry.example.com", .selfSigned)),
    ])
    func `an unavailable registry is queried once, and its pushes stay interrupted`(
        _ failure: RegistryError
    ) async throws {
        let store = try RealStore()
        await store.interrupt(push)
        await store.interrupt(Sample.push(2))
        await store.interrupt(Sample.push(3), isKnown: false)
        let silent = FakeRegistry(failure: failure)
        let outcome = await reconcile(store, silent)
        #expect(outcome.status == .unavailable)
        let error = try outcome.object()
        #expect(error["kind"] as? String == "registry_unavailable")
        #expect((error["hint"] as? String)?.contains("resolved: 1, unchanged: 2") == true)
        #expect(silent.asked == 1)
        #expect(try record(store, push.id).state.outcome == .interrupted)
        #expect(try record(store, Sample.push(3).id).state.outcome == .cancelled)
    }

    @Test(arguments: [
        (RegistryError.denied(registry: "r", status: 403), EnclaviaCommands.ExitStatus.unavailable),
        (.refused(registry: "r", status: 400, message: "no"), .unavailable),
        (.protocolViolation(registry: "r", detail: "nonsense"), .protocolViolation),
    ])
    func `a registry that refuses one query still gets the next one`(
        error: RegistryError, status: EnclaviaCommands.ExitStatus
    ) async throws {
        let store = try RealStore()
        await store.interrupt(push)
        await store.interrupt(Sample.push(2))
        let registry = FakeRegistry(failure: error)
        let outcome = await reconcile(store, registry)
        #expect(outcome.status == status)
        #expect(registry.asked == 2)
        let pushes = try #require(try outcome.object()["pushes"] as? [[String: Any]])
        #expect(pushes.map { $0["verdict"] as? String } == ["refused", "refused"])
        #expect(try record(store, push.id).state.outcome == .interrupted)
    }

    @Test func `a push whose digest the registry contradicts has failed`() async throws {
        let store = try RealStore()
        await store.succeed(push, isVerified: false)
        let error = RegistryError.digestMismatch(
            expected: arrived.digest, actual: Sample.digest("other"))
        let outcome = await reconcile(store, FakeRegistry(failure: error))
        #expect(outcome.status == .protocolViolation)
        let resolved = try record(store, push.id)
        #expect(resolved.state.outcome == .failed)
        #expect(resolved.state.failure?.stage == .verify)
        #expect(resolved.state.failure?.kind == "digest_mismatch")
        #expect(resolved.state.manifest?.digest == push.state.manifest?.digest)
        #expect(await store("history", "verify").status == .done)
        #expect(await reconcile(store, FakeRegistry(), json: false).err == "nothing to reconcile\n")
    }

    @Test(arguments: [true, nil])
    func `a push whose client may still be sending has not failed`(
        _ isRunning: Bool?
    ) async throws {
        let store = try RealStore()
        await store.interrupt(push)
        let early = await reconcile(store, FakeRegistry(), clients: isRunning)
        let pushes = try #require(try early.object()["pushes"] as? [[String: Any]])
        #expect(pushes.map { $0["verdict"] as? String } == ["still_sending"])
        #expect(try record(store, push.id).state.outcome == .interrupted)
        // Later the image has arrived, or the client has ended without it.
        let later = await reconcile(store, FakeRegistry(["v1": arrived]), clients: isRunning)
        #expect(later.status == .done)
        #expect(try record(store, push.id).state.outcome == .succeeded)
        let lost = try RealStore()
        await lost.interrupt(push)
        _ = await reconcile(lost, FakeRegistry(), clients: false)
        #expect(try record(lost, push.id).state.outcome == .failed)
    }

    /// Another image, which the registry has under this push's digest.
    private var foreign: ManifestDescriptor {
        ManifestDescriptor(
            digest: arrived.digest, mediaType: "m", config: Sample.digest("another image"))
    }

    @Test func `a push whose digest is of another image has failed`() async throws {
        let store = try RealStore()
        await store.succeed(push, isVerified: false)
        let outcome = await reconcile(
            store, FakeRegistry(["v1": foreign]), engine: Engine(store: .docker))
        #expect(outcome.status == .protocolViolation)
        let pushes = try #require(try outcome.object()["pushes"] as? [[String: Any]])
        #expect(pushes.map { $0["verdict"] as? String } == ["other_image"])
        let resolved = try record(store, push.id)
        #expect(resolved.state.outcome == .failed)
        #expect(resolved.state.failure?.stage == .verify)
        #expect(resolved.state.failure?.kind == "image_mismatch")
        #expect(await store("history", "verify").status == .done)
    }

    @Test(
        arguments: [
            (nil, "not_compared", false), (.podman(mediaType: nil), "verified", true),
            (.containerd(manifests: [Sample.digest("manifest 1")]), "verified", true),
        ] as [(ImageStore?, String, Bool)])
    func `the engine's image store decides how a digest is compared with the image`(
        _ image: ImageStore?, _ expected: String, _ isVerified: Bool
    ) async throws {
        let store = try RealStore()
        await store.succeed(push, isVerified: false)
        let outcome = await reconcile(
            store, FakeRegistry(["v1": foreign]), engine: Engine(store: image))
        #expect(outcome.status == .done, "\(outcome.err)")
        let pushes = try #require(try outcome.object()["pushes"] as? [[String: Any]])
        #expect(pushes.map { $0["verdict"] as? String } == [expected])
        let resolved = try record(store, push.id)
        #expect(resolved.state.outcome == .succeeded)
        #expect(resolved.state.manifest?.isVerified == isVerified)
    }

    @Test func `without a login a push stays interrupted and reconcile fails`() async throws {
        let store = try RealStore()
        await store.interrupt(push)
        let backend = FakeBackend(failure: .notLoggedIn(backend: "https://api.example.com"))
        let outcome = await reconcile(store, FakeRegistry(), backend)
        #expect(outcome.status == .notLoggedIn)
        #expect(try outcome.object()["kind"] as? String == "not_logged_in")
        #expect(try record(store, push.id).state.outcome == .interrupted)
    }

    @Test func `a push to another backend is left unresolved`() async throws {
        let store = try RealStore()
        await store.interrupt(push)
        let registry = FakeRegistry()
        let outcome = await reconcile(
            store, registry, FakeBackend(url: "https://other.example.com"))
        #expect(outcome.status == .negative)
        #expect(registry.asked == 0)
        #expect(try record(store, push.id).state.outcome == .interrupted)
    }

    @Test func `an unverified push is looked up by its digest`() async throws {
        let store = try RealStore()
        await store.succeed(push, isVerified: false)
        let gone = try await reconcile(store, FakeRegistry()).object()
        #expect((gone["pushes"] as? [[String: Any]])?.first?["verdict"] as? String == "gone")
        #expect(try record(store, push.id).state.manifest?.isVerified == false)
        let found = try await reconcile(store, FakeRegistry(["v1": arrived])).object()
        #expect((found["pushes"] as? [[String: Any]])?.first?["verdict"] as? String == "verified")
        #expect(try record(store, push.id).state.manifest?.isVerified == true)
    }
}
