import Foundation
import TestSupport
import Testing

/// Pushes of several images to one reference through one engine, which has one tag for all of them.
/// What each record says is compared with what the registry has on its disk.
@Suite(.serialized)
struct OtherImageTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        for number in 1...8 { try await sandbox.image("race:v\(number)", seed: 100 + number) }
        return sandbox
    }

    /// What concurrent pushes share besides the engine.
    enum Sharing: String, CaseIterable {
        case everything = "one state directory"
        /// As jobs of one user on one machine.
        case lock = "a state directory each"
        /// As other users, and other machines.
        case engine = "no lock"
    }

    private static let rounds = Soak.rounds > 0 ? 10 : 2

    /// Checks that the record is of its own image, and that the backend was notified of nothing else.
    private func expectTrue(_ record: [String: Any], _ sandbox: Sandbox) async throws {
        let image = try #require(record["local_image"] as? String)
        let id = try await sandbox.shell("docker image inspect --format '{{.Id}}' \(image)")
        #expect(record["local_image_id"] as? String == String(id.out.dropLast()))
        let told = try await sandbox.notifications().filter {
            $0["idempotency_key"] as? String == record["id"] as? String
        }.compactMap { ($0["body"] as? [String: Any])?["digest"] as? String }
        guard record["outcome"] as? String == "succeeded" else {
            let failure = record["failure"] as? [String: Any]
            #expect(failure?["kind"] as? String == "image_mismatch")
            #expect(failure?["stage"] as? String == "verify")
            #expect(told.isEmpty)
            return
        }
        let digest = try #require(record["digest"] as? String)
        #expect(record["digest_verified"] as? Bool == true)
        #expect(try sandbox.registryConfiguration(of: digest) + "\n" == id.out)
        #expect(told == [digest])
    }

    @Test(arguments: [2, 8], Sharing.allCases)
    func `each record of concurrent pushes to one reference describes its own image`(
        _ count: Int, _ sharing: Sharing
    ) async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let directory = { (number: Int) in
            "\(folder.path)/state\(sharing == .everything ? 0 : number)"
        }
        var records: [[String: Any]] = []
        for round in 1...Self.rounds {
            let pushes = try (1...count).map { number in
                var environment = ["ENCLAVIA_STATE_DIR": directory(number)]
                if sharing == .engine {
                    let runtime = "\(folder.path)/run\(number)"
                    try FileManager.default.createDirectory(
                        atPath: runtime, withIntermediateDirectories: true,
                        attributes: [.posixPermissions: 0o700])
                    environment["XDG_RUNTIME_DIR"] = runtime
                }
                return try Launched(
                    ["push", "race:v\(number)", "race\(count)\(sharing):v\(round)".lowercased()],
                    in: sandbox, environment: environment)
            }
            for push in pushes {
                let status = try await push.status(within: 120)
                #expect(status == 0 || (status == 76 && sharing == .engine), "\(push.err)")
                // The lock makes a second push unnecessary.
                #expect(!push.err.contains("another image") || sharing == .engine, "\(push.err)")
            }
        }
        for number in sharing == .everything ? [0] : Array(1...count) {
            let history = try await sandbox.enclavia(
                ["history", "--json"], environment: ["ENCLAVIA_STATE_DIR": directory(number)])
            records += try #require(try history.json() as? [[String: Any]])
        }
        #expect(records.count == count * Self.rounds)
        for record in records { try await expectTrue(record, sandbox) }
    }

    /// A client that tags another image with the reference before the first `$TIMES` pushes, as another user of
    /// the engine may at any time.
    private static let client = #"""
        #!/bin/sh
        real=$(PATH=${PATH#*:} command -v docker)
        if [ "$1" = push ] && [ "$(wc -l <"$COUNT")" -lt "$TIMES" ]; then
            echo >>"$COUNT"
            for reference; do :; done
            "$real" tag race:v8 "$reference"
        fi
        exec "$real" "$@"
        """#

    private func push(
        _ destination: String, takenTimes times: Int, _ options: String = ""
    ) async throws -> Run {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        try folder.write(Self.client, to: "docker", mode: 0o700)
        try folder.write("", to: "count")
        return try await sandbox.shell(
            "PATH=\(folder.path):$PATH enclavia push race:v1 \(destination) --json \(options)",
            environment: ["COUNT": "\(folder.path)/count", "TIMES": "\(times)"])
    }

    @Test func `a reference that moves to another image once is pushed a second time`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let push = try await push(
            "taken:once", takenTimes: 1, "--digest-file \(folder.path)/digest")
        #expect(push.status == 0, "\(push.err)")
        #expect(push.err.contains("pushed another image"))
        let record = try push.object()
        try await expectTrue(record, sandbox)
        let digest = try String(contentsOfFile: "\(folder.path)/digest", encoding: .utf8)
        #expect(digest == "\(try #require(record["digest"] as? String))\n")
        #expect(
            try await sandbox.registryDigest("taken", tag: "once") == record["digest"] as? String)
        let verify = try await sandbox.enclavia("history", "verify")
        #expect(verify.status == 0, "\(verify.out)\(verify.err)")
    }

    @Test func `a reference that moves again fails the push, and no notification is sent`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let push = try await push(
            "taken:twice", takenTimes: 2, "--digest-file \(folder.path)/digest")
        #expect(push.status == 76, "\(push.err)")
        let failure = try push.object()
        #expect(failure["kind"] as? String == "image_mismatch")
        #expect(failure["stage"] as? String == "verify")
        #expect(failure["retryable"] as? Bool == true)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/digest"))
        let record = try #require(try await sandbox.records("taken:twice").first)
        try await expectTrue(record, sandbox)
        #expect(
            record["digest"] as? String == (try await sandbox.registryDigest("taken", tag: "twice"))
        )
        let at = try await sandbox.enclavia("history", "at", "taken:twice")
        #expect(at.status == 1, "a failed push is not what the tag points at: \(at.out)")
    }

    /// Until the registry answers, a push counts as succeeded with the digest that the engine printed.
    @Test func `reconcile compares a digest that the push could not compare`() async throws {
        let sandbox = try await Self.shared.value
        try await sandbox.faults(["registry": "read-500"])
        let push = try await push("taken:unseen", takenTimes: 1)
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        #expect(try push.object()["digest_verified"] as? Bool == false)
        let reconcile = try await sandbox.enclavia("history", "reconcile", "--json")
        #expect(reconcile.status == 76, "\(reconcile.out)\(reconcile.err)")
        let record = try #require(try await sandbox.records("taken:unseen").first)
        #expect(record["outcome"] as? String == "failed")
        #expect((record["failure"] as? [String: Any])?["kind"] as? String == "image_mismatch")
        #expect(try await sandbox.enclavia("history", "reconcile").status == 0)
    }

    /// Every request goes through the client here, which moves the local tag to another image as soon as it
    /// is inspected, as a `docker build` may.
    @Test func `a local tag that moves does not change which image is pushed`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        try folder.write(
            #"""
            #!/bin/sh
            export DOCKER_HOST=$ENGINE
            real=$(PATH=${PATH#*:} command -v docker)
            if [ "$1 $2" = "image inspect" ]; then
                "$real" "$@" && exec "$real" tag race:v8 moving:v1
            fi
            exec "$real" "$@"
            """#, to: "docker", mode: 0o700)
        let image = try await sandbox.shell(
            "docker tag race:v1 moving:v1 && docker image inspect --format '{{.Id}}' race:v1")
        let push = try await sandbox.shell(
            "PATH=\(folder.path):$PATH enclavia push moving:v1 moving:v1 --json",
            environment: [
                "DOCKER_HOST": "tcp://127.0.0.1:1",
                "ENGINE": sandbox.environment["DOCKER_HOST"] ?? "",
            ])
        #expect(push.status == 0, "\(push.err)")
        #expect(!push.err.contains("another image"))
        let record = try push.object()
        #expect(record["local_image_id"] as? String == String(image.out.dropLast()))
        let digest = try #require(record["digest"] as? String)
        #expect(try sandbox.registryConfiguration(of: digest) + "\n" == image.out)
    }

    @Test func `a push that waits for another says so, and ends on a signal or after the other`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let locks = "\(sandbox.environment["XDG_RUNTIME_DIR"] ?? "")/enclavia/locks"
        let held = { (try? FileManager.default.contentsOfDirectory(atPath: locks))?.count ?? 0 }
        let holder = try HeldPush(["race:v1", "turns:v1"], in: sandbox)
        let hasBegun = try await holder.hasBegun()
        #expect(hasBegun && held() == 1)
        let cancelled = try Launched(["push", "race:v2", "turns:v1", "--json"], in: sandbox)
        let waiting = try Launched(["push", "race:v3", "turns:v1", "--json"], in: sandbox)
        let sentence = "waiting for another push to \(sandbox.registry)/alice/turns:v1 to finish"
        try await cancelled.says(sentence)
        try await waiting.says(sentence)
        cancelled.send(SIGINT)
        #expect(try await cancelled.status(within: 10) == 130)
        let record = try #require(
            try await sandbox.records("turns:v1").first {
                $0["local_image"] as? String == "race:v2"
            })
        #expect(record["outcome"] as? String == "cancelled")
        // If the holder is killed, the next push continues, even while the holder's client still runs.
        holder.command.send(SIGKILL)
        _ = try await holder.command.status(within: 10)
        #expect(try await waiting.status(within: 60) == 0, "\(waiting.err)")
        let pushed = try JSONSerialization.jsonObject(with: Data(waiting.out.utf8))
        try await expectTrue(try #require(pushed as? [String: Any]), sandbox)
        #expect(held() == 0)
        try holder.letGo()
    }
}
