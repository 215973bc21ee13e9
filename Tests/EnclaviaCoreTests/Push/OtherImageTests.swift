import EnclaviaCore
import Synchronization
import Testing

/// An engine has one tag for all its clients, so a push may push an image that another client tagged last.
struct OtherImageTests {
    private let log = Log()

    /// The manifest of another client's image.
    private static let foreign = ManifestDescriptor(
        digest: Example.other, mediaType: "m", config: Example.other)
    private static let digests: [Result<Digest?, EngineError>] = [
        .success(Example.other), .success(Example.digest),
    ]

    private struct Outcome {
        let result: PushResult
        let notices: [PushProgress]
        let steps: [[PushStep]]
        let reported: [Digest]
    }

    private func push(
        _ pushes: [Result<Digest?, EngineError>], store: ImageStore = .docker,
        reply: NotifyResponse? = PushOperationTests.delivered, lockIsCancelled: Bool = false,
        named: String? = nil, tagging: EngineError? = nil,
        held: [Result<ManifestDescriptor?, RegistryError>] = []
    ) async throws -> Outcome {
        let notices = Mutex<[PushProgress]>([])
        let reported = Mutex<[Digest]>([])
        let journal = MemoryJournal(log, previous: Example.other)
        let inspected = ScriptedEngine.inspected
        let inspection = EngineInspection(
            image: inspected.image, store: store, engine: inspected.engine,
            sizeBytes: nil)
        let operation = PushOperation(
            PushPorts(
                engine: ScriptedEngine(
                    log, inspection: .success(inspection), pushes: pushes, named: named,
                    tagging: tagging),
                backend: ScriptedBackend(
                    log, accesses: [.success(PushOperationTests.access)],
                    reply: reply.map(Result.success)),
                registry: ScriptedRegistry(
                    log: log, byDigest: nil, byTag: .success(nil),
                    manifests: [Self.foreign, PushOperationTests.known],
                    // The tag is queried before each of the two pushes, and not after the first.
                    held: held),
                journal: journal, locks: ScriptedLocks(log: log, isCancelled: lockIsCancelled),
                context: FixedSystem(), commits: ScriptedCommits(),
                system: FixedSystem(), errorMessage: { _ in ("kind", "words") })
        ) { notice in notices.withLock { $0.append(notice) } }
        let request = PushRequest(
            localImage: "myapp", destination: try Destination("myapp:v1"), labels: [:],
            notifies: true, cliVersion: "1")
        let result = await operation.run(request) { digest in
            reported.withLock { $0.append(digest) }
        }
        return Outcome(
            result: result, notices: notices.withLock { $0 }, steps: journal.steps,
            reported: reported.withLock { $0 })
    }

    @Test func `a push of another image is followed by one more push of this image`() async throws {
        let outcome = try await push(
            Self.digests,
            held: [.success(Self.foreign), .success(Self.foreign), .success(Self.foreign)])
        let record = outcome.result.record
        #expect(outcome.result.error == nil)
        #expect(record.state.manifest?.digest == Example.digest)
        #expect(record.state.manifest?.isVerified == true)
        #expect(outcome.notices.contains(.pushedOtherImage(Example.reference, Example.other)))
        // The digest file, the warnings and the backend never get the wrong digest.
        #expect(outcome.reported == [Example.digest])
        let moves = outcome.notices.filter {
            if case .warning(.tagMoved) = $0 { true } else { false }
        }
        #expect(moves.count == 1)
        #expect(log.all.filter { $0.hasPrefix("notify") }.count == 1)
    }

    @Test func `the inspected image is tagged, by its id, both times under one lock`()
        async throws
    {
        _ = try await push(Self.digests)
        let tag = "tag \(ScriptedEngine.imageID) as \(Example.reference)"
        let held = log.all.drop { !$0.hasPrefix("lock") }.prefix { $0 != "unlock" }
            .filter { line in
                !["login", "record", "ask by tag"].contains(where: line.hasPrefix)
            }
        #expect(
            Array(held) == [
                "lock push \(Example.reference)", tag, "push", "ask by digest first",
                // Tagged again before the pause, and once more after it.
                tag, tag, "push", "ask by digest first",
                // The credentials are removed before the wait for the notification's lock.
                "close", "lock notify(backend: \"https://api.example.com\") \(Example.reference)",
            ])
        let unlock = try #require(log.index(of: "unlock"))
        #expect(unlock < (try #require(log.all.firstIndex { $0.hasPrefix("notify") })))
    }

    /// A crash in the second push must not leave the first push's digest in the record.
    @Test func `the second push begins with a record that is running again`() async throws {
        let outcome = try await push(Self.digests)
        var record = PushRecord.started(Example.started, by: Example.id)
        var states: [PushOutcome] = []
        for step in outcome.steps.joined() {
            record.apply(step)
            states.append(record.state.outcome)
            if case .tagged = step { #expect(record.notify.outcome == nil) }
        }
        #expect(states.prefix(5) == [.running, .running, .succeeded, .running, .succeeded])
    }

    @Test func `another image twice is a failure, with the second digest and no notification`()
        async throws
    {
        let outcome = try await push(
            [.success(Example.other), .success(Example.other)], reply: nil)
        let record = outcome.result.record
        #expect(
            outcome.result.error
                == .otherImage(
                    reference: Example.reference.description, digest: Example.other,
                    image: ScriptedEngine.imageID.description))
        #expect(record.state.outcome == .failed && record.state.failure?.stage == .verify)
        #expect(record.state.manifest?.digest == Example.other)
        #expect(record.state.manifest?.isVerified == false)
        #expect(record.notify.outcome == nil)
        #expect(outcome.reported.isEmpty)
    }

    @Test func `a second push that fails leaves no digest at all`() async throws {
        let broken = PushOperationTests.broken
        let outcome = try await push([.success(Example.other), .failure(broken)], reply: nil)
        #expect(outcome.result.error == .engine(broken, stage: .push))
        #expect(outcome.result.record.state.manifest == nil)
    }

    @Test func `a push that cannot be compared succeeds, with a warning`() async throws {
        let outcome = try await push([.success(Example.other)], store: .podman(mediaType: nil))
        #expect(outcome.result.error == nil)
        #expect(outcome.result.record.state.manifest?.isVerified == true)
        #expect(
            outcome.notices.contains(.warning(.notCompared(Example.reference, Example.other))))
    }

    /// Podman behind Docker's client pushes the image that has the name at that moment.
    @Test func `if the manifest cannot be compared, the engine's image of that name decides`()
        async throws
    {
        let outcome = try await push(
            Self.digests, store: .podman(mediaType: nil), named: Example.other.description)
        #expect(outcome.result.error == nil)
        #expect(outcome.result.record.state.manifest?.digest == Example.digest)
        #expect(outcome.notices.contains(.pushedOtherImage(Example.reference, Example.other)))
    }

    @Test
    func `an image removed before it is tagged is reported by the name on the command line`()
        async throws
    {
        let missing = EngineError.imageNotFound(
            image: ScriptedEngine.imageID.description, nearest: [])
        let outcome = try await push([], reply: nil, tagging: missing)
        #expect(
            outcome.result.error
                == .engine(.imageNotFound(image: "myapp", nearest: []), stage: .tag))
    }

    @Test func `one platform of the image's own index is this image`() async throws {
        let outcome = try await push(
            [.success(Example.other)],
            store: .containerd(manifests: [ScriptedEngine.imageID, Example.other]))
        #expect(outcome.result.error == nil)
        #expect(
            !outcome.notices.contains {
                if case .warning(.notCompared) = $0 { true } else { false }
            })
    }

    @Test func `a signal ends the wait for another push, and nothing is tagged`() async throws {
        let outcome = try await push([], reply: nil, lockIsCancelled: true)
        #expect(outcome.result.error == .cancelled)
        #expect(outcome.result.record.state.outcome == .cancelled)
        // The image is recorded before the wait.
        #expect(outcome.result.record.image?.id == ScriptedEngine.imageID.description)
        #expect(outcome.notices.contains(.waiting(Example.reference)))
        #expect(!log.all.contains { $0.hasPrefix("tag") })
        #expect(log.all.contains("close"))
    }
}
