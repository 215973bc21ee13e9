import EnclaviaCore
import Foundation

/// A sample push.
enum Example {
    static let id = PushID(at: Timestamp(milliseconds: 1_795_435_200_000), random: (1, 2))
    static let digest = Digest(of: Array("manifest".utf8))
    static let other = Digest(of: Array("another manifest".utf8))
    static let moment = Timestamp(milliseconds: 1_795_435_201_234)
    static let reference = ImageReference(
        registry: "registry.example.com", owner: "alice", repository: "myapp", tag: "v1")

    static let started = PushStarted(
        destination: "myapp:v1", backend: "https://api.example.com", localImage: "myapp",
        labels: ["team": "blue"], startedAt: Timestamp(milliseconds: 1_795_435_200_000),
        host: "laptop", user: "alice", cliVersion: "1.0.0")

    static let manifest = PushedManifest(
        digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json", isVerified: true,
        tagChange: .moved, previousDigest: other, sizeBytes: 1234, pushedAt: moment)

    static let failure = PushFailure(stage: .verify, kind: "digest_mismatch", message: "no")

    static let states: [PushState] = [
        .running, .succeeded(manifest), .failed(failure, contradicted: nil),
        .failed(failure, contradicted: manifest), .cancelled, .interrupted,
    ]

    static func record(state: PushState = .succeeded(manifest)) -> PushRecord {
        PushRecord(
            id: id, revision: 7, origin: Origin(importedAt: moment, host: "runner"),
            destination: "myapp:v1", backend: "https://api.example.com", reference: reference,
            localImage: "myapp", image: LocalImage(id: other.description, revision: "abc"),
            startedAt: started.startedAt, finishedAt: moment, state: state,
            notify: NotifyRecord(
                outcome: .delivered, at: moment, attempts: 2,
                response: NotifyResponse(
                    matched: 1, triggered: ["e1"],
                    staged: [StagedUpgrade(enclaveID: "e2", upgradeID: "u1", image: "i")])),
            labels: ["team": "blue"],
            context: PushContext(
                host: "laptop", user: "alice", gitCommit: "0123abc", gitDirty: true,
                ciProvider: "gitlab"),
            engine: EngineVersion(name: "docker", version: "28.2.2"), cliVersion: "1.0.0")
    }

    static func object() throws -> [String: Any] {
        let text = try JSONText.encode(PushJSON(record()))
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }
}
