import EnclaviaCore
import Synchronization
import Testing

struct PushOperationTests {
    let log = Log()

    static let access = RegistryAccess(
        registry: "registry.example.com", handle: "alice", password: Secret("first"))
    static let fresh = RegistryAccess(
        registry: "registry.example.com", handle: "alice", password: Secret("second"))
    static let delivered = NotifyResponse(matched: 1, triggered: ["e1"])
    static let known = ManifestDescriptor(
        digest: Example.digest, mediaType: "m", sizeBytes: 7, config: ScriptedEngine.imageID)
    static let foreign = ManifestDescriptor(
        digest: Example.other, mediaType: "m", config: Example.other)
    static let denied = EngineError.denied(reference: "r", output: "denied")
    static let busy = EngineError.busy(name: "r", output: "500 Internal Server Error")
    static let broken = EngineError.failed(command: "docker push", status: 1, output: "broken")

    /// Runs a push of `myapp` to `destination` over doubles with these answers.
    func push(
        to destination: String = "myapp:v1",
        inspection: Result<EngineInspection, EngineError> = .success(ScriptedEngine.inspected),
        pushes: [Result<Digest?, EngineError>] = [.success(Example.digest)],
        accesses: [Result<RegistryAccess, BackendError>] = [.success(access)],
        byDigest: Result<ManifestDescriptor?, RegistryError>? = .success(known),
        byTag: Result<ManifestDescriptor?, RegistryError>? = nil,
        reply: Result<NotifyResponse, BackendError>? = .success(delivered),
        previous: Digest? = nil, notifies: Bool = true, absences: Int = 0,
        held: [Result<ManifestDescriptor?, RegistryError>] = [], retries: Int = 1,
        signs: Bool = false
    ) async throws -> (result: PushResult, notices: [PushProgress], steps: [[PushStep]]) {
        let notices = Mutex<[PushProgress]>([])
        let journal = MemoryJournal(log, previous: previous)
        let operation = PushOperation(
            PushPorts(
                engine: ScriptedEngine(
                    log, inspection: inspection, pushes: pushes, signs: signs),
                backend: ScriptedBackend(log, accesses: accesses, reply: reply),
                registry: ScriptedRegistry(
                    log: log, byDigest: byDigest, byTag: byTag, absences: absences,
                    held: held),
                journal: journal, locks: ScriptedLocks(log: log), context: FixedSystem(),
                commits: ScriptedCommits(), system: FixedSystem(),
                errorMessage: { _ in ("kind", "words") }),
            pauses: [.milliseconds(1), .milliseconds(1)], retryMilliseconds: 1
        ) { notice in notices.withLock { $0.append(notice) } }
        let request = PushRequest(
            localImage: "myapp", destination: try Destination(destination), labels: [:],
            retries: retries, notifies: notifies, cliVersion: "1")
        let result = await operation.run(request)
        return (result, notices.withLock { $0 }, journal.steps)
    }

    @Test func `each step is recorded before the next one begins`() async throws {
        let (result, _, _) = try await push()
        #expect(result.error == nil)
        #expect(result.record.state.manifest?.isVerified == true)
        #expect(result.record.state.manifest?.sizeBytes == 7)
        #expect(result.record.notify.outcome == .delivered)
        #expect(result.record.context.gitCommit == "c0ffee")
        let order = [
            "record started", "registry access", "push", "record digest", "ask by digest first",
            "close", "notify \(result.record.id)", "record end", "let go",
        ]
        let places = order.map { log.index(of: $0) }
        #expect(!places.contains(nil))
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    }

    @Test func `an image that is missing is a failure at inspect, and nothing is tagged`()
        async throws
    {
        let missing = EngineError.imageNotFound(image: "myapp", nearest: [])
        let (result, _, _) = try await push(inspection: .failure(missing), pushes: [])
        #expect(result.error == .engine(missing, stage: .inspect))
        #expect(result.record.state.failure?.stage == .inspect)
        #expect(!log.all.contains { $0.hasPrefix("tag") })
        #expect(log.all.contains("close"))
    }

    @Test func `where backend and image are both missing, the backend is reported`() async throws {
        let down = BackendError.unavailable(url: "u", reason: "r")
        let missing = EngineError.imageNotFound(image: "myapp", nearest: [])
        let (result, _, _) = try await push(
            inspection: .failure(missing), pushes: [], accesses: [.failure(down)])
        #expect(result.error == .backend(down))
        #expect(result.record.state.failure?.stage == .authenticate)
    }

    @Test func `a push that fails early keeps the reference and the context known by then`()
        async throws
    {
        let missing = EngineError.imageNotFound(image: "myapp", nearest: [])
        let inspect = try await push(inspection: .failure(missing), pushes: [])
        #expect(inspect.result.record.reference == Example.reference)
        #expect(inspect.result.record.context.gitCommit == "c0ffee")
        let down = BackendError.unavailable(url: "u", reason: "r")
        let authenticate = try await push(pushes: [], accesses: [.failure(down)])
        #expect(authenticate.result.record.reference == nil)
        #expect(authenticate.result.record.context.gitCommit == "c0ffee")
    }

    @Test func `the reference, the context and the tag are recorded before the push begins`()
        async throws
    {
        let (_, _, steps) = try await push()
        let first = try #require(steps.first)
        #expect(first.count == 2 && first.last == .tagged(.registry(nil)))
        guard case .authenticated(let known) = first.first else {
            Issue.record("\(first)")
            return
        }
        #expect(known.reference == Example.reference)
        #expect(known.context.gitCommit == "c0ffee")
    }

    @Test func `another owner ends the push before anything is opened`() async throws {
        let (result, _, _) = try await push(to: "bob/myapp", pushes: [])
        #expect(result.error == .destination(.notYours(owner: "bob", handle: "alice")))
        #expect(!log.all.contains("open"))
        #expect(result.record.state.outcome == .failed)
    }

    @Test func `an expired token is renewed once, and the push is repeated`() async throws {
        let (result, notices, _) = try await push(
            pushes: [.failure(Self.denied), .success(Example.digest)],
            accesses: [.success(Self.access), .success(Self.fresh)])
        #expect(result.error == nil)
        #expect(log.all.filter { $0 == "push" }.count == 2)
        #expect(log.all.contains("login second"))
        #expect(log.all.contains("ask by digest second"))
        #expect(notices.contains(.renewing(registry: "registry.example.com")))
    }

    @Test func `a second denial fails the push`() async throws {
        let (result, _, _) = try await push(
            pushes: [.failure(Self.denied), .failure(Self.denied)],
            accesses: [.success(Self.access), .success(Self.fresh)])
        #expect(result.error == .engine(Self.denied, stage: .push))
    }

    /// The tag may have had the image before, so it does not prove that this push succeeded.
    @Test(arguments: [denied, .rejected(reference: "r", output: "413")])
    func `a push that the registry refuses has failed, even if the tag has the image`(
        _ refusal: EngineError
    ) async throws {
        let (result, _, _) = try await push(
            pushes: [.failure(refusal), .failure(refusal)],
            accesses: [.success(Self.access), .success(Self.fresh)], byTag: .success(Self.known))
        #expect(result.error == .engine(refusal, stage: .push))
        #expect(log.all.filter { $0 == "push" }.count == (refusal == Self.denied ? 2 : 1))
    }

    @Test(arguments: [("other.example.com", "alice"), ("registry.example.com", "bob")])
    func `a renewed password goes to its own registry and handle only`(
        _ registry: String, _ handle: String
    ) async throws {
        let elsewhere = RegistryAccess(
            registry: registry, handle: handle, password: Secret("elsewhere"))
        let (result, _, _) = try await push(
            pushes: [.failure(Self.denied)],
            accesses: [.success(Self.access), .success(elsewhere)], byTag: .success(nil))
        guard case .backend(.protocolViolation) = result.error else {
            Issue.record("\(String(describing: result.error))")
            return
        }
        #expect(!log.all.contains("login elsewhere"))
        #expect(log.all.contains("close"))
    }

    @Test func `a push to a busy registry is tried once more`() async throws {
        let (result, notices, _) = try await push(
            pushes: [.failure(Self.busy), .success(Example.digest)])
        #expect(result.error == nil)
        #expect(log.all.filter { $0 == "push" }.count == 2)
        #expect(
            notices.contains {
                if case .retrying("registry.example.com", _) = $0 { true } else { false }
            })
    }

    @Test func `a registry that stays busy fails the push`() async throws {
        let (result, _, _) = try await push(
            pushes: [.failure(Self.busy), .failure(Self.busy)], byTag: .success(nil))
        #expect(result.error == .engine(Self.busy, stage: .push))
    }

    @Test func `a push whose image is in the registry succeeds even if the engine failed`()
        async throws
    {
        let (result, _, _) = try await push(
            pushes: [.failure(Self.broken)], byTag: .success(Self.known))
        #expect(result.error == nil)
        #expect(result.record.state.manifest?.digest == Example.digest)
    }

    @Test func `a tag that holds somebody else's image does not turn failure into success`()
        async throws
    {
        let (result, _, _) = try await push(
            pushes: [.failure(Self.broken)], byTag: .success(Self.foreign))
        #expect(result.error == .engine(Self.broken, stage: .push))
    }

    @Test func `a push without a digest queries the registry by tag`() async throws {
        let (result, _, _) = try await push(pushes: [.success(nil)], byTag: .success(Self.known))
        #expect(result.record.state.manifest?.digest == Example.digest)
        let nothing = try await push(pushes: [.success(nil)], byTag: .success(nil))
        #expect(nothing.result.error == .noDigest(reference: Example.reference.description))
    }

    @Test func `a registry that contradicts the digest fails the push at verify`() async throws {
        let mismatch = RegistryError.digestMismatch(
            expected: Example.digest, actual: Digest(of: [0]))
        let (result, _, _) = try await push(byDigest: .failure(mismatch), reply: nil)
        #expect(result.record.state.failure?.stage == .verify)
        #expect(result.record.state.manifest?.digest == Example.digest)
    }

    @Test func `a registry that shows the push late is queried again before the notification`()
        async throws
    {
        let (result, notices, _) = try await push(absences: 2)
        #expect(result.error == nil)
        #expect(result.record.state.manifest?.isVerified == true)
        #expect(log.all.filter { $0.hasPrefix("ask by digest") }.count == 3)
        #expect(notices.filter { $0 == .notShownYet(Example.reference) }.count == 1)
    }

    @Test func `a push that the registry never shows stays unverified, and is notified`()
        async throws
    {
        let (result, notices, _) = try await push(byDigest: .success(nil))
        #expect(result.error == nil)
        #expect(result.record.state.outcome == .succeeded)
        #expect(result.record.state.manifest?.isVerified == false)
        #expect(result.record.notify.outcome == .delivered)
        #expect(log.all.filter { $0.hasPrefix("ask by digest") }.count == 3)
        let missing = RegistryError.missing(
            registry: Example.reference.registry, digest: Example.digest)
        #expect(notices.contains(.warning(.unverified(Example.reference, missing))))
    }

    @Test func `a registry that does not answer leaves the digest unverified, with a warning`()
        async throws
    {
        let down = RegistryError.unavailable(registry: "r", reason: "down")
        let (result, notices, _) = try await push(byDigest: .failure(down))
        #expect(result.error == nil)
        #expect(result.record.state.manifest?.isVerified == false)
        #expect(notices.contains(.warning(.unverified(Example.reference, down))))
    }

    @Test func `a tag that moved gives a warning`() async throws {
        let (result, notices, _) = try await push(held: [.success(Self.foreign)])
        let moved = PushProgress.warning(
            .tagMoved(Example.reference, from: Example.other, to: Example.digest))
        #expect(notices.contains(moved))
        #expect(result.record.state.manifest?.tagChangeSource == .registry)
    }

    @Test func `a notification is pending without the backend, and failed after a refusal`()
        async throws
    {
        let down = BackendError.unavailable(url: "u", reason: "r")
        let pending = try await push(reply: .failure(down))
        #expect(pending.result.error == nil)
        #expect(pending.result.notifyError == down)
        #expect(pending.result.record.notify.outcome == .pending)
        let refused = try await push(reply: .failure(.refused(status: 400, message: "no")))
        #expect(refused.result.record.notify.outcome == .failed)
        #expect(refused.result.record.notify.message == "words")
    }

    @Test func `a notification that is not wanted is not sent`() async throws {
        let (result, _, _) = try await push(reply: nil, notifies: false)
        #expect(result.record.notify.outcome == .skipped)
    }

    @Test func `if no enclave waits for a new tag, the push says how to create one`() async throws {
        let (_, notices, _) = try await push(
            reply: .success(NotifyResponse(matched: 0, triggered: [])))
        #expect(notices.contains(.noEnclaveWaiting(Example.reference)))
    }

    @Test func `for an existing tag the push does not say how to create an enclave`()
        async throws
    {
        for held in [Self.known, Self.foreign] {
            let (_, notices, _) = try await push(
                reply: .success(NotifyResponse(matched: 0, triggered: [])), held: [.success(held)])
            #expect(!notices.contains(.noEnclaveWaiting(Example.reference)))
        }
    }
}
