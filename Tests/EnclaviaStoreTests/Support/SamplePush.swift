import EnclaviaCore
import EnclaviaStore

/// A push as the push operation records it, step by step.
struct SamplePush: Sendable {
    var repository = "myapp"
    var tag = "v1"
    var digest = SamplePush.digest(1)
    var labels = ["team": "blue"]
    var outcome = PushOutcome.succeeded
    var notify = NotifyOutcome.delivered
    /// The kind of a failure.
    var failure = "engine_unavailable"

    static func digest(_ number: Int) -> Digest {
        Digest(of: Array("manifest \(number)".utf8))
    }

    var reference: ImageReference {
        ImageReference(
            registry: "registry.example:5000", owner: "alice", repository: repository, tag: tag)
    }

    func started(_ moment: Timestamp) -> PushStarted {
        PushStarted(
            destination: "\(repository):\(tag)", backend: "https://api.example",
            localImage: "\(repository):dev", labels: labels, startedAt: moment, host: "laptop",
            user: "alice", cliVersion: "1.0.0")
    }

    var authenticated: PushAuthenticated {
        PushAuthenticated(
            reference: reference,
            source: .engine(
                LocalImage(id: Self.digest(99).description, revision: "abc123", source: nil)),
            engine: EngineVersion(name: "docker", version: "28.2.2"),
            context: PushContext(host: "laptop", user: "alice", gitCommit: "def456"))
    }

    /// Records the whole push.
    @discardableResult
    func record(in journal: StoreJournal, _ clock: TestSystem) async -> PushReceipt {
        let entry = await begin(in: journal, clock)
        if outcome == .succeeded {
            await entry.appendPushed(
                digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json",
                sizeBytes: 1234, after: .history, at: clock.now())
            await entry.append([.verified(PushVerified(mediaType: nil, sizeBytes: nil))])
            await entry.append([.notified(notified(clock))])
        }
        let receipt = await entry.finish(PushEnding(state, at: clock.now()))
        await entry.close()
        return receipt
    }

    /// Records the push up to what is known before the engine sends anything.
    func begin(in journal: StoreJournal, _ clock: TestSystem) async -> any PushEntry {
        let entry = await journal.begin(clock.newID(), started(clock.now()))
        await entry.append([.authenticated(authenticated), .tagged(.history)])
        return entry
    }

    private func notified(_ clock: TestSystem) -> NotifyRecord {
        let response = NotifyResponse(matched: 1, triggered: ["enclave-1"])
        return NotifyRecord(
            outcome: notify, at: clock.now(), attempts: 1,
            response: notify == .delivered ? response : nil,
            message: notify == .delivered ? nil : "the backend did not answer")
    }

    private var state: PushState? {
        switch outcome {
        case .succeeded, .running: nil
        case .failed:
            .failed(
                PushFailure(stage: .push, kind: failure, message: "gone"),
                contradicted: nil)
        case .cancelled: .cancelled
        case .interrupted: .interrupted
        }
    }
}
