import EnclaviaCore
import Testing

/// Events are scrubbed before they are stored, in every field with text from outside.
struct EventSecretsTests {
    private static let token = "secret-0123456789abcdef"

    private static let secrets = {
        let secrets = SecretScrubber()
        secrets.add(Secret(token))
        return secrets
    }()

    private static let labels = ImageLabels(revision: "r \(token)", source: "s \(token)")

    /// A record with the token in every field with text from outside.
    private static func record(_ state: PushState) throws -> PushRecord {
        let moment = try #require(Timestamp("2026-08-01T12:00:00Z"))
        return PushRecord(
            id: PushID(at: moment, random: (1, 1)), revision: 5, destination: "app:v1",
            backend: "https://api.example", localImage: "app:\(token)",
            image: LocalImage(id: "sha256:1", revision: "r \(token)", source: "s \(token)"),
            keptLabels: labels, message: "why \(token)", startedAt: moment, state: state,
            notify: NotifyRecord(
                outcome: .failed,
                response: NotifyResponse(
                    matched: 1, triggered: ["e \(token)"],
                    staged: [
                        StagedUpgrade(
                            enclaveID: "e \(token)", upgradeID: "u \(token)", image: "i \(token)")
                    ], rejectedNonUpgradable: ["n \(token)"]),
                message: "bad \(token)"),
            labels: ["team": "blue \(token)"],
            context: PushContext(
                gitBranch: "b/\(token)", ciRunURL: "https://ci.example/\(token)",
                ciActor: "a \(token)"),
            engine: EngineVersion(name: "docker \(token)", version: "28 \(token)"),
            cliVersion: "1.0.0")
    }

    private static func steps() throws -> [PushStep] {
        let moment = try #require(Timestamp("2026-08-01T12:00:00Z"))
        let manifest = PushedManifest(
            digest: Digest(of: []), mediaType: "type/\(token)", pushedAt: moment)
        let failure = PushFailure(stage: .login, kind: "refused", message: "wrong \(token)")
        let failed = try record(.failed(failure, contradicted: manifest))
        let known = { (source: PushSource) in
            PushAuthenticated(
                reference: ImageReference(
                    registry: "registry.example", owner: "alice", repository: "app", tag: "v1"),
                source: source, engine: EngineVersion(name: token, version: token),
                context: failed.context)
        }
        return [
            .started(
                PushStarted(
                    destination: "app:v1", backend: "https://api.example", localImage: token,
                    labels: ["a": token],
                    message: token, startedAt: moment, host: nil, user: nil, cliVersion: "1")),
            .authenticated(
                known(.engine(LocalImage(id: "sha256:1", revision: token, source: token)))),
            .authenticated(known(.registry(Digest(of: []), labels))),
            .verified(PushVerified(mediaType: token, sizeBytes: 1)),
            .notified(failed.notify), .finished(failed), .reconciled(failed),
            .finished(try record(.succeeded(manifest))),
        ]
    }

    @Test func `no step of a push contains a secret`() throws {
        for step in try Self.steps() {
            #expect("\(step)".contains(Self.token))
            let clean = "\(step.without(Self.secrets))"
            #expect(!clean.contains(Self.token), "\(clean)")
            #expect(clean.contains(SecretScrubber.mark))
        }
    }

    @Test func `account events and imported records are not scrubbed`() throws {
        let moment = try #require(Timestamp("2026-08-01T12:00:00Z"))
        let id = PushID(at: moment, random: (1, 1))
        let mark = AccountEventData(
            backend: "https://\(Self.token).example", handle: "alice", host: "h")
        let event = HistoryEvent(id: id, time: moment, subject: .login(mark))
        #expect(event.without(Self.secrets) == event)
        let imported = PushStep.imported(try Self.record(.cancelled))
        #expect(imported.without(Self.secrets) == imported)
        let other = SecretScrubber()
        other.add(Secret("another-secret-value"))
        for step in try Self.steps() { #expect(step.without(other) == step) }
    }
}
