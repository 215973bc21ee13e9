import EnclaviaCore
import EnclaviaStore
import TestSupport

/// The history that the screens show: pushes made here with each result, and some imported from a CI runner,
/// with names that are long, wide, or written from right to left.
struct ScreenHistory {
    let store: RealStore
    let clock = ScreenClock()

    init() async throws {
        store = try RealStore(system: clock)
        for push in Self.made { await make(push) }
        clock.set(ScreenClock.now)
        try await store.take(Self.imported)
    }

    /// This history with the services of `world`.
    func stage(_ world: ScreenFixture = ScreenFixture()) -> Screen.Stage {
        Screen.Stage(line: world.commandLine(store, clock: clock), store: store)
    }

    /// Records the push step by step, at the record's own times.
    private func make(_ push: PushRecord) async {
        clock.set(push.startedAt)
        let entry = await store.journal.begin(
            push.id,
            PushStarted(
                destination: push.destination, backend: push.backend, localImage: push.localImage,
                labels: push.labels, message: push.message, startedAt: push.startedAt,
                host: push.context.host, user: push.context.user, cliVersion: push.cliVersion))
        if let reference = push.reference, let image = push.image, let engine = push.engine {
            await entry.append([
                .authenticated(
                    PushAuthenticated(
                        reference: reference, source: .engine(image), engine: engine,
                        context: push.context)),
                .tagged(push.tagBefore),
            ])
        }
        if case .succeeded(let manifest) = push.state {
            clock.set(manifest.pushedAt)
            await entry.appendPushed(
                digest: manifest.digest, mediaType: manifest.mediaType, sizeBytes: nil,
                after: push.tagBefore, at: manifest.pushedAt)
            await entry.append([
                .verified(
                    PushVerified(mediaType: manifest.mediaType, sizeBytes: manifest.sizeBytes)),
                .notified(push.notify),
            ])
        }
        if let finishedAt = push.finishedAt {
            clock.set(finishedAt)
            let isFailed = push.state.failure != nil
            await entry.finish(
                PushEnding(
                    isFailed ? push.state : nil, at: finishedAt, reference: push.reference,
                    context: push.context))
        }
        await entry.close()
    }
}

extension ScreenHistory {
    static let longTag = "build-" + String(repeating: "0123456789", count: 12) + ".9"

    private static var made: [PushRecord] {
        [
            push(1, "myapp:v1", "2026-11-17T09:12:00Z", "51cfa14", after: nil),
            push(2, "api:prod", "2026-11-17T14:02:00Z", "9f3c2aa", after: nil) {
                $0.context.ciProvider = "github"
                $0.context.ciActor = "deploy-bot"
                $0.context.host = "runner-12"
            },
            push(3, "api:prod", "2026-11-20T10:30:00Z", "c0ffee1", after: 2) {
                $0.context.user = "bob"
                $0.message = "release 2.3, after the review"
            },
            push(3, "api:prod", "2026-11-21T08:00:00Z", "c0ffee1", after: 3),
            push(4, "api:prod", "2026-11-24T15:45:00Z", "0badcafe", after: 3) {
                $0.notify = NotifyRecord(
                    outcome: .failed, at: $0.finishedAt, attempts: 1,
                    message: "the backend refused: the enclave is archived")
            },
            push(5, "web:2026-11", "2026-11-25T06:00:00Z", nil, after: nil) {
                $0.notify = NotifyRecord(
                    outcome: .skipped, at: $0.finishedAt, attempts: 0, message: "not wanted")
            },
            push(6, "myapp:\(longTag)", "2026-11-25T15:00:00Z", "51cfa14", after: nil),
            push(7, "web:wide", "2026-11-25T17:30:00Z", "51cfa14", after: nil) {
                $0.context.user = "山田太郎"
                $0.message = "最初のリリース שחרור ראשון"
                $0.labels = ["ticket": "OPS-42", "équipe": "réseau"]
            },
            failed(
                8, "myapp:v1", "2026-11-25T18:55:00Z",
                PushFailure(
                    stage: .inspect, kind: "image_not_found",
                    message: "there is no local image \"mapp\": build or pull it first")),
            push(9, "myapp:v1", "2026-11-25T18:56:00Z", "b7f8197", after: 1),
            failed(
                10, "api:prod", "2026-11-25T18:57:00Z",
                PushFailure(
                    stage: .push, kind: "registry_unavailable",
                    message: "the registry registry.example.com does not respond")),
            push(11, "worker:v3", "2026-11-25T18:58:00Z", "b7f8197", after: nil) {
                $0.notify = NotifyRecord(
                    outcome: .pending, at: $0.finishedAt, attempts: 3,
                    message: "the backend failed: HTTP 503")
            },
            push(12, "worker:v4", "2026-11-25T18:59:00Z", "b7f8197", after: nil) {
                $0.state = .interrupted
                $0.finishedAt = nil
            },
        ]
    }

    private static var imported: [PushRecord] {
        [
            push(20, "api:staging", "2025-12-01T08:00:00Z", "0a1b2c3", after: nil),
            push(21, "api:staging", "2026-06-14T08:00:00Z", "1b2c3d4", after: 20),
            push(22, "api:staging", "2026-11-19T08:00:00Z", "2c3d4e5", after: 21),
        ].map { push in
            var push = push
            push.context.host = "ci-7"
            push.context.user = "runner"
            push.context.ciActor = "carol"
            push.context.ciProvider = "gitlab"
            return push
        }
    }

    /// A push that succeeds. Pushes with the same number have the same image.
    ///
    /// - Parameter before: the number of the image that the tag had before.
    static func push(
        _ number: Int, _ name: String, _ time: String, _ commit: String?, after before: Int?,
        _ change: (inout PushRecord) -> Void = { _ in }
    ) -> PushRecord {
        let startedAt = Sample.moment(time)
        let parts = name.split(separator: ":").map(String.init)
        var generator = SeededRandom(seed: UInt64(bitPattern: startedAt.milliseconds))
        let digest = Sample.digest("image \(number)")
        let previous = before.map { Sample.digest("image \($0)") }
        var record = PushRecord(
            id: PushID(at: startedAt, random: (generator.next(), generator.next())), revision: 7,
            destination: name, backend: "https://api.example.com",
            reference: ImageReference(
                registry: "registry.example.com", owner: "alice", repository: parts[0],
                tag: parts[1]),
            localImage: parts[0],
            image: LocalImage(id: Sample.digest("config \(number)").description),
            startedAt: startedAt, finishedAt: startedAt.adding(milliseconds: 900),
            state: .succeeded(
                PushedManifest(
                    digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json",
                    isVerified: true, tagChange: TagChange(from: previous, to: digest),
                    tagChangeSource: .registry, previousDigest: previous, sizeBytes: 48_123_456,
                    pushedAt: startedAt.adding(milliseconds: 500))),
            notify: NotifyRecord(
                outcome: .delivered, at: startedAt.adding(milliseconds: 800), attempts: 1,
                response: NotifyResponse(matched: 1, triggered: ["e1"])),
            context: PushContext(
                host: "laptop", user: "alice",
                gitCommit: commit.map { $0 + String(repeating: "0", count: 40 - $0.count) },
                gitBranch: commit == nil ? nil : "main", gitDirty: commit == nil ? nil : false),
            engine: EngineVersion(name: "docker", version: "28.2.2"), cliVersion: "1.0.0")
        change(&record)
        return record
    }

    private static func failed(
        _ number: Int, _ name: String, _ time: String, _ failure: PushFailure
    ) -> PushRecord {
        push(number, name, time, "b7f8197", after: nil) {
            $0.state = .failed(failure, contradicted: nil)
            $0.notify = .none
            if failure.stage == .inspect {
                $0.localImage = "mapp"
                $0.image = nil
                $0.engine = nil
            }
        }
    }
}
