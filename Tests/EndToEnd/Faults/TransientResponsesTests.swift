import Foundation
import TestSupport
import Testing

/// Answers that do not decide the outcome of a push.
@Suite(.serialized)
struct TransientResponsesTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 91)
        return sandbox
    }

    @Test func `a registry that shows a push late is queried again`() async throws {
        let sandbox = try await Self.shared.value
        // By digest only: the tag is queried at the same time.
        try await sandbox.faults(["registry": "missing-digest*2"])
        let push = try await sandbox.enclavia("push", "app:v1", "late:v1", "--json")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        #expect(push.err.contains("does not have \(sandbox.registry)/alice/late:v1 yet"))
        let record = try push.object()
        #expect(record["digest_verified"] as? Bool == true)
        #expect((record["notify"] as? [String: Any])?["outcome"] as? String == "delivered")
    }

    @Test func `the next push verifies a digest that the registry did not show`() async throws {
        let sandbox = try await Self.shared.value
        try await sandbox.faults(["registry": "missing-manifest"])
        let push = try await sandbox.enclavia("push", "app:v1", "hidden:v1", "--json")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        #expect(push.err.contains("warning: the digest of"))
        let id = try #require(try push.object()["id"] as? String)
        let verified = "SELECT digest_verified FROM push_v1 WHERE id = '\(id)'"
        #expect(try await sandbox.sql(verified) == "0")
        let status = try await sandbox.enclavia("status", "--json")
        let attention = try #require(try status.object()["attention"] as? [[String: Any]])
        #expect(attention.contains { $0["kind"] as? String == "unverified" })
        #expect(try await sandbox.enclavia("push", "app:v1", "next:v1").status == 0)
        #expect(try await sandbox.sql(verified) == "1")
        #expect(try await sandbox.enclavia("history", "verify").status == 0)
    }

    @Test func `the backend is notified even if the registry cannot confirm the push`()
        async throws
    {
        let sandbox = try await Self.shared.value
        #expect(try await sandbox.enclavia("push", "app:v1", "blind:v1").status == 0)
        try await sandbox.faults(["registry": "read-500"])
        let push = try await sandbox.enclavia("push", "app:v1", "blind:v1", "--json")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        let record = try push.object()
        #expect(record["digest_verified"] as? Bool == false)
        #expect((record["notify"] as? [String: Any])?["outcome"] as? String == "delivered")
    }

    /// The client of a killed push continues by itself.
    @Test func `a killed push is not recorded as failed while its client still sends`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        try folder.write(
            """
            #!/bin/sh
            real=$(PATH=${PATH#*:} command -v docker)
            if [ "$1" = push ]; then
                # The push removes this directory when it ends in order.
                cp -r "$DOCKER_CONFIG" '\(folder.path)/config'
                export DOCKER_CONFIG='\(folder.path)/config'
                touch '\(folder.path)/pushing'
                while [ ! -e '\(folder.path)/go' ]; do sleep 0.05; done
                # No process reads its output any more.
                "$real" "$@" >'\(folder.path)/log' 2>&1
                touch '\(folder.path)/done'
                exit
            fi
            exec "$real" "$@"
            """, to: "bin/docker", mode: 0o700)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let push = try Launched(
            ["push", "app:v1", "orphan:v1"], in: sandbox,
            environment: ["PATH": "\(folder.path)/bin:\(path)"])
        let exists = { (name: String) in
            FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
        }
        #expect(try await eventually { exists("pushing") })
        push.send(SIGKILL)
        _ = try await push.status(within: 10)

        let early = try await sandbox.enclavia("history", "reconcile", "--json")
        let pushes = try #require(try early.object()["pushes"] as? [[String: Any]])
        let verdicts = pushes.filter {
            ($0["reference"] as? String)?.hasSuffix("/orphan:v1") == true
        }
        #expect(verdicts.map { $0["verdict"] as? String } == ["still_sending"])
        #expect(try await sandbox.outcomes("orphan:v1") == ["interrupted"])
        try folder.write("", to: "go")
        #expect(try await eventually(within: 30) { exists("done") })
        #expect(try await sandbox.enclavia("history", "reconcile").status == 0)
        #expect(try await sandbox.outcomes("orphan:v1") == ["succeeded"])
        let record = try #require(try await sandbox.records("orphan:v1").first)
        #expect(
            record["digest"] as? String
                == (try await sandbox.registryDigest("orphan", tag: "v1")))
    }

    /// The same image was pushed there before, so that the tag points at it.
    @Test func `a refused push is recorded as failed even if the tag holds the image`()
        async throws
    {
        let sandbox = try await Self.shared.value
        #expect(try await sandbox.enclavia("push", "app:v1", "refused:v1").status == 0)
        try await sandbox.clearLog()
        let folder = try Folder()
        try folder.write(
            """
            #!/bin/sh
            [ "$1" = push ] && echo 'denied: requested access to the resource is denied' && exit 1
            exec "$(PATH=${PATH#*:} command -v docker)" "$@"
            """, to: "docker", mode: 0o700)
        let push = try await sandbox.shell(
            "PATH=\(folder.path):$PATH enclavia push app:v1 refused:v1 --json")
        #expect(push.status == 69, "\(push.out)\(push.err)")
        #expect(try push.object()["kind"] as? String == "refused")
        #expect(try await sandbox.outcomes("refused:v1") == ["failed", "succeeded"])
        #expect(try await sandbox.notifications().isEmpty)
    }
}
