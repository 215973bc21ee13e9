import Foundation
import TestSupport
import Testing

/// A push through a real engine to a real, token-authenticated registry.
@Suite(.serialized)
struct PushTests {
    private static let shared = Task { try await Sandbox.start() }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    @Test func `standard output is the pinned reference, and the registry agrees with it`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("plain:v1", seed: 11)
        let push = try await sandbox.enclavia("push", "plain:v1", "plain:v1")
        #expect(push.status == 0, "\(push.err)")
        let digest = try #require(push.out.split(separator: "@").last).trimmingCharacters(
            in: .newlines)
        #expect(push.out == "\(sandbox.registry)/alice/plain@\(digest)\n")
        #expect(!push.err.contains(digest), "the digest is the result, and printed once")
        #expect(push.err.contains("\npushed alice/plain:v1 in "))

        let inspected = try await sandbox.shell(
            "docker image inspect --format '{{index .RepoDigests 0}}' plain:v1")
        #expect(inspected.out.trimmingCharacters(in: .newlines).hasSuffix(digest))
        let row = try await sandbox.sql(
            "SELECT digest, digest_verified, outcome, notify_outcome, reference FROM push_v1"
                + " WHERE repository = 'plain'")
        #expect(row == "\(digest)|1|succeeded|delivered|\(sandbox.registry)/alice/plain:v1")
    }

    @Test func `the registry's own bytes under the tag have the digest that was printed`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("bytes:v1", seed: 22)
        let push = try await sandbox.enclavia("push", "bytes:v1", "bytes:v1")
        let digest = try #require(push.out.split(separator: ":").last).trimmingCharacters(
            in: .newlines)
        let sum = try await sandbox.shell(
            """
            ask() { curl -sS --noproxy '*' "$@"; }
            token=$(jq -r .access_token "$XDG_CONFIG_HOME/enclavia/credentials.json")
            password=$(ask -H "Authorization: Bearer $token" "$ENCLAVIA_BACKEND_URL/me/registry" \
                | jq -r .token)
            url=http://$ENCLAVIA_SANDBOX_REGISTRY/v2/alice/bytes/manifests/v1
            challenge=$(ask -D - -o /dev/null "$url" | grep -i '^www-authenticate:')
            part() { printf '%s' "$challenge" | sed -n 's/.*'"$1"'="\\([^"]*\\)".*/\\1/p'; }
            scoped=$(ask -u "alice:$password" -G --data-urlencode "service=$(part service)" \
                --data-urlencode "scope=repository:alice/bytes:pull" "$(part realm)" | jq -r .token)
            ask -H "Authorization: Bearer $scoped" \
                -H "Accept: application/vnd.docker.distribution.manifest.v2+json" \
                -H "Accept: application/vnd.oci.image.manifest.v1+json" "$url" | sha256sum
            """)
        #expect(sum.out == "\(digest)  -\n", "\(sum.err)")
    }

    @Test(arguments: [true, false])
    func `a long-lived token works for a push, from the environment and from a file`(_ isFile: Bool)
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("longlived:v1", seed: 23)
        let made = try await sandbox.control("POST", "tokens", #"{"long_lived":true}"#)
        let token = try #require(try made.object()["token"] as? String)
        let folder = try Folder()
        var environment = ["XDG_CONFIG_HOME": folder.path]
        if isFile {
            let script = "umask 077; mkdir enclavia; cat >enclavia/credentials.json"
            _ = try await Run.program(
                "sh", ["-c", script], input: "{\"token\": \"\(token)\"}",
                directory: folder.path)
        } else {
            environment["ENCLAVIA_TOKEN"] = token
        }
        let push = try await sandbox.enclavia(
            ["push", "longlived:v1", "longlived:\(isFile)"], environment: environment)
        #expect(push.status == 0, "\(push.err)")
        #expect(push.out.contains("/alice/longlived@sha256:"))
        #expect(
            try await sandbox.sql(
                "SELECT notify_outcome, digest_verified FROM push_v1 WHERE tag = '\(isFile)'")
                == "delivered|1")
    }

    @Test func `each push notifies once, with its own key, also for an unchanged digest`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("again:v1", seed: 12)
        try await sandbox.clearLog()
        for _ in 1...2 {
            #expect(try await sandbox.enclavia("push", "again:v1", "again:v1").status == 0)
        }
        let notifications = try await sandbox.notifications()
        #expect(notifications.count == 2)
        let changes = try await sandbox.sql(
            "SELECT tag_change FROM push_v1 WHERE repository = 'again' ORDER BY started_at")
        #expect(changes == "created\nunchanged")
        let ids = try await sandbox.sql(
            "SELECT id FROM push_v1 WHERE repository = 'again' ORDER BY started_at")
        let keys = notifications.compactMap { $0["idempotency_key"] as? String }
        #expect(keys.joined(separator: "\n") == ids)
    }

    @Test func `a tag that moves gives a warning and is recorded with its previous digest`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("mover:a", seed: 13)
        try await sandbox.image("mover:b", seed: 14)
        let first = try await sandbox.enclavia("push", "mover:a", "mover:prod")
        let second = try await sandbox.enclavia("push", "mover:b", "mover:prod")
        #expect(first.out != second.out)
        #expect(
            second.err.contains(
                "\nwarning: \(sandbox.registry)/alice/mover:prod moved from "))
        let old = try #require(first.out.split(separator: "@").last).trimmingCharacters(
            in: .newlines)
        let short = old.dropFirst("sha256:".count).prefix(12)
        #expect(second.err.contains(": moved from \(short), backend told, push "))
        let row = try await sandbox.sql(
            "SELECT tag_change, previous_digest FROM push_v1 WHERE repository = 'mover'"
                + " ORDER BY started_at DESC LIMIT 1")
        #expect(row == "moved|\(old)")
    }

    @Test func `a waiting enclave is built, and without one the command to create it is shown`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("waiting:v1", seed: 15)
        let alone = try await sandbox.enclavia("push", "waiting:v1", "waiting:v1")
        #expect(alone.err.contains("enclavia enclave create --image alice/waiting:v1"))
        let created = try await sandbox.enclavia(
            "enclave", "create", "--image", "alice/waiting:v1", "--json")
        let id = try #require(try created.object()["id"] as? String)
        let push = try await sandbox.enclavia("push", "waiting:v1", "waiting:v1", "--json")
        let value = try push.object()
        #expect(value["triggered"] as? [String] == [id])
        #expect(value["image"] as? String == "\(sandbox.registry)/alice/waiting:v1")
        #expect(value["notify_failed"] == nil)
    }

    @Test func `enclaves that cannot be upgraded make the push an error`() async throws {
        let sandbox = try await sandbox()
        try await sandbox.image("fixed:v1", seed: 16)
        _ = try await sandbox.control(
            "POST", "enclaves",
            #"{"image":"alice/fixed:v1","instance_type":"small","upgradable":false,"status":"running"}"#
        )
        let push = try await sandbox.enclavia("push", "fixed:v1", "fixed:v1", "--json")
        #expect(push.status == 1)
        #expect(try push.object()["kind"] as? String == "non_upgradable")
        #expect(try push.object()["push_id"] is String)
    }

    @Test func `a dry run prints the reference, and pushes, records and sends nothing`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("dry:v1", seed: 17)
        let before = try await sandbox.notifications().count
        let run = try await sandbox.enclavia("push", "--dry-run", "dry:v1", "dry:v9")
        #expect(run.status == 0)
        #expect(run.out == "\(sandbox.registry)/alice/dry:v9\n")
        #expect(try await sandbox.notifications().count == before)
        #expect(
            try await sandbox.shell("docker image inspect \(sandbox.registry)/alice/dry:v9").status
                != 0)
        let missing = try await sandbox.enclavia("push", "--dry-run", "nothing:v1", "dry:v9")
        #expect(missing.status == 66)
        if FileManager.default.fileExists(atPath: sandbox.database) {
            #expect(try await sandbox.sql("SELECT count(*) FROM push_v1 WHERE tag = 'v9'") == "0")
        }
    }

    @Test func `options reach the record and the files that they name`() async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        try await sandbox.image(
            "opts:v1", seed: 18,
            labels: ["org.opencontainers.image.revision": "c0ffee", "other": "x"])
        let push = try await sandbox.enclavia(
            "push", "opts:v1", "opts:v1", "--no-notify", "--quiet", "--label", "team=blue",
            "--label", "stage=prod=1", "--digest-file", "\(folder.path)/digest", "--json")
        #expect(push.status == 0)
        #expect(push.err == "")
        let value = try push.object()
        let digest = try String(contentsOfFile: "\(folder.path)/digest", encoding: .utf8)
        #expect(digest == "\(value["digest"] ?? "")\n")
        #expect(value["labels"] as? [String: String] == ["team": "blue", "stage": "prod=1"])
        #expect(value["image_revision"] as? String == "c0ffee")
        #expect((value["notify"] as? [String: Any])?["outcome"] as? String == "skipped")
        #expect(value["digest_verified"] as? Bool == true)
        #expect((value["size_bytes"] as? Int ?? 0) > 0)
        #expect((value["engine"] as? [String: Any])?["name"] as? String == "docker")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["digest"])
    }

    @Test func `the digest file is written even if a file has the name of its draft`()
        async throws
    {
        let sandbox = try await sandbox()
        let folder = try Folder()
        try await sandbox.image("draft:v1", seed: 21)
        let run = try await sandbox.shell(
            """
            sh -c 'echo mine >.digest.$$; exec enclavia push draft:v1 draft:v1 --digest-file digest'
            cat .digest.*
            """, directory: folder.path)
        #expect(run.out.hasSuffix("\nmine\n"), "\(run.err)")
        let digest = try String(contentsOfFile: "\(folder.path)/digest", encoding: .utf8)
        #expect(run.out.contains("@\(digest)"))
    }

    @Test func `the working directory's commit is recorded, and its own programs do not run`()
        async throws
    {
        let sandbox = try await sandbox()
        let folder = try Folder()
        try await sandbox.image("git:v1", seed: 19)
        let made = try await Run.shell(
            """
            git init -q -b main . && echo a >f && git add f
            git -c user.name=a -c user.email=a@b commit -qm x && echo b >>f
            printf '#!/bin/sh\\ntouch %s/ran\\n' "$PWD" >hook && chmod +x hook
            git config core.fsmonitor "$PWD/hook" && git rev-parse HEAD
            rm -f ran
            """, directory: folder.path)
        let push = try await sandbox.enclavia(
            "push", "git:v1", "git:v1", "--json", directory: folder.path)
        let context = try #require(try push.object()["context"] as? [String: Any])
        #expect(context["git_commit"] as? String == made.out.trimmingCharacters(in: .newlines))
        #expect(context["git_branch"] as? String == "main")
        #expect(context["git_dirty"] as? Bool == true)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/ran"))
    }

    @Test func `the event log holds a CloudEvent a line, chained, ending with the whole record`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("events:v1", seed: 20)
        let push = try await sandbox.enclavia("push", "events:v1", "events:v1", "--json")
        let id = try #require(try push.object()["id"] as? String)
        let log = try String(
            contentsOfFile: "\(sandbox.stateDirectory)/events.jsonl", encoding: .utf8)
        let events = try log.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }.filter { ($0["data"] as? [String: Any])?["push_id"] as? String == id }
        let types = events.compactMap { $0["type"] as? String }
        let steps = [
            "started", "authenticated", "tagged", "pushed", "verified", "notified", "finished",
        ]
        #expect(types == steps.map { "io.enclavia.push.\($0)" })
        #expect(events.allSatisfy { $0["prevhash"] is String && $0["sequence"] is String })
        let whole = try #require(events.last?["data"] as? [String: Any])["push"] as? [String: Any]
        #expect(whole?["outcome"] as? String == "succeeded")
        let mode =
            try FileManager.default.attributesOfItem(
                atPath: "\(sandbox.stateDirectory)/events.jsonl")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
