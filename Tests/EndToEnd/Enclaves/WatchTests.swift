import Foundation
import TestSupport
import Testing

/// Following builds: `enclave status --wait` and `push --wait`.
@Suite(.serialized)
struct WatchTests {
    private static let shared = Task { try await Sandbox.start(["--build-time", "1.5"]) }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    private func enclave(_ image: String) async throws -> String {
        let run = try await sandbox().enclavia("enclave", "create", "--image", image)
        return run.out.trimmingCharacters(in: .newlines)
    }

    @Test func `push --wait ends when the enclave runs`() async throws {
        let sandbox = try await sandbox()
        try await sandbox.image("waits:v1", seed: 601)
        let id = try await enclave("waits:v1")
        let push = try await sandbox.enclavia("push", "waits:v1", "waits:v1", "--wait", "--json")
        #expect(push.status == 0, "\(push.err)")
        #expect(try push.object()["outcome"] as? String == "succeeded")
        #expect(push.err.contains("\(id): building"))
        #expect(push.err.contains("\(id): running"))
        let status = try await sandbox.enclavia("enclave", "status", id, "--wait", "--json")
        #expect(try status.object()["status"] as? String == "running")
    }

    @Test func `a failed build gives exit code 1 and the build's message`() async throws {
        let sandbox = try await sandbox()
        try await sandbox.image("fails:v1", seed: 602)
        let id = try await enclave("fails:v1")
        try await sandbox.faults(["enclave": "error"])
        let push = try await sandbox.enclavia("push", "fails:v1", "fails:v1", "--wait")
        try await sandbox.faults([:])
        #expect(push.status == 1)
        #expect(push.out.contains("/alice/fails@sha256:"), "the push itself succeeded")
        #expect(push.err.contains("error: the build of enclave \(id) failed: the image has no"))
        let status = try await sandbox.enclavia("enclave", "status", id, "--wait", "--json")
        #expect(status.status == 1)
        #expect(try status.object()["kind"] as? String == "build_failed")
        let plain = try await sandbox.enclavia("enclave", "status", id, "--json")
        #expect(plain.status == 0, "without --wait a failed build is only reported")
        #expect(try plain.object()["error_message"] as? String == "the image has no entry point")
    }

    @Test func `with --json a failed build is the only value that push prints`() async throws {
        let sandbox = try await sandbox()
        try await sandbox.image("fails:v2", seed: 603)
        _ = try await enclave("fails:v2")
        try await sandbox.faults(["enclave": "error"])
        let push = try await sandbox.enclavia("push", "fails:v2", "fails:v2", "--wait", "--json")
        try await sandbox.faults([:])
        #expect(push.status == 1)
        let answer = try push.object()
        #expect(answer["kind"] as? String == "build_failed")
        let id = try #require(answer["push_id"] as? String)
        #expect(
            try await sandbox.sql("SELECT outcome FROM push_v1 WHERE id = '\(id)'") == "succeeded")
    }

    @Test func `push --wait ends at once if no build was started`() async throws {
        let sandbox = try await sandbox()
        try await sandbox.image("lonely:v1", seed: 604)
        let push = try await sandbox.enclavia("push", "lonely:v1", "lonely:v1", "--wait")
        #expect(push.status == 0)
        #expect(push.err.contains("enclavia enclave create --image alice/lonely:v1"))
    }

    @Test(arguments: [("INT", 130), ("TERM", 143)])
    func `a signal ends the watch and not the build`(signal: String, status: Int32) async throws {
        let sandbox = try await sandbox()
        let name = "signal\(signal.lowercased()):v1"
        try await sandbox.image(name, seed: 605)
        let id = try await enclave(name)
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            set -m
            enclavia push \(name) \(name) --wait 2>'\(folder.path)/err' & pid=$!
            for i in $(seq 800); do grep -q ': building' '\(folder.path)/err' && break; sleep 0.025; done
            kill -\(signal) $pid; wait $pid
            """)
        #expect(run.status == status)
        #expect(run.out.contains("@sha256:"), "the reference is printed before the wait")
        let finished = try await sandbox.enclavia("enclave", "status", id, "--wait", "--json")
        #expect(try finished.object()["status"] as? String == "running")
    }
}
