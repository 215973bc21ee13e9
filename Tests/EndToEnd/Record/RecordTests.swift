import Foundation
import TestSupport
import Testing

/// Pushes of other tools: what they print and write, in a real registry, the backend and the history.
@Suite(.serialized)
struct RecordTests {
    /// Checks that a record says what the registry has, and that the backend was told of it.
    private func check(
        _ value: [String: Any], _ digest: String, _ name: String, tool: String, in sandbox: Sandbox
    ) async throws {
        let parts = name.split(separator: ":").map(String.init)
        let reference = "\(sandbox.registry)/alice/\(name)"
        #expect(value["reference"] as? String == reference)
        #expect(value["digest"] as? String == digest)
        #expect(try await sandbox.registryDigest(parts[0], tag: parts[1]) == digest)
        #expect(value["outcome"] as? String == "succeeded")
        #expect(value["digest_verified"] as? Bool == true)
        #expect(value["local_image"] as? String == digest && value["local_image_id"] is NSNull)
        let engine = value["engine"] as? [String: Any]
        #expect(engine?["name"] as? String == tool && engine?["version"] is NSNull)
        #expect((value["notify"] as? [String: Any])?["outcome"] as? String == "delivered")
        #expect(try await sandbox.told().contains("\(reference)@\(digest)"))
        let row = try await sandbox.sql(
            "SELECT digest, engine_name, engine_version IS NULL, notify_outcome FROM push_v1"
                + " WHERE id = '\(value["id"] ?? "")'")
        #expect(row == "\(digest)|\(tool)|1|delivered")
    }

    @Test func `buildx: each name of the metadata file is a push`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("bx:v1", "bx:latest", seed: 901)
        let folder = try Folder()
        let file = try folder.write(
            sandbox.buildxTarget(digest, names: ["bx:v1", "bx:latest"]), to: "meta.json")
        let run = try await sandbox.enclavia(
            "record", "bx:v9", "--metadata-file", file, "--tool", "buildx", "--label", "a=b",
            "--message", "release", "--json")
        #expect(run.status == 0, "\(run.err)")
        let values = try #require(try run.json() as? [[String: Any]])
        try #require(values.count == 2)
        try await check(values[0], digest, "bx:v1", tool: "buildx", in: sandbox)
        try await check(values[1], digest, "bx:latest", tool: "buildx", in: sandbox)
        #expect(values[0]["labels"] as? [String: String] == ["a": "b"])
        #expect(values[0]["message"] as? String == "release")
        #expect(values[0]["tag_change"] is NSNull, "never created: others may have pushed before")
        #expect(values[0]["tag_change_source"] is NSNull)
        #expect(try await sandbox.notifications().count == 2)
    }

    @Test func `more images than a process may have files open`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("fleet:t0", seed: 907)
        let tags = (1...90).map { "t\($0)" }
        try await sandbox.putTags(tags, of: digest, in: "fleet")
        let folder = try Folder()
        let file = try folder.write(tags.map { "fleet:\($0)@\(digest)\n" }.joined(), to: "refs")
        let run = try await sandbox.shell(
            "ulimit -n 96 && enclavia record - --refs-file '\(file)'")
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.split(separator: "\n").count == tags.count)
        let rows = try await sandbox.sql(
            "SELECT count(*), count(DISTINCT tag), min(digest) = max(digest), min(notify_outcome)"
                + " FROM push_v1 WHERE repository = 'fleet'")
        #expect(rows == "90|90|1|delivered")
        #expect(Set(try await sandbox.told()).count == tags.count)
    }

    @Test func `the lines come from a named pipe whose writer is slow`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("piped:v1", "piped:v2", seed: 908)
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            mkfifo pipe
            (exec >pipe; sleep 0.3; echo piped:v1@\(digest); sleep 0.3; echo piped:v2@\(digest)) &
            enclavia record piped --refs-file pipe
            """, directory: folder.path)
        #expect(run.status == 0, "\(run.err)")
        #expect(try await sandbox.recorded("piped") == "2")
    }

    @Test func `bake: each target is a push of its own repository`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let db = try await sandbox.dockerPush("bakedb:v1", seed: 902)
        let web = try await sandbox.dockerPush("bakeweb:v1", seed: 903)
        let text = """
            {"buildx.build.warnings": [],
             "web": \(sandbox.buildxTarget(web, names: ["bakeweb:v1"])),
             "db": \(sandbox.buildxTarget(db, names: ["bakedb:v1"]))}
            """
        let file = try Folder()
        let path = try file.write(text, to: "bake.json")
        let one = try await sandbox.enclavia("record", "bakeweb:v1", "--metadata-file", path)
        #expect(one.status == 64 && one.err.contains("\"bakedb\""), "\(one.err)")
        #expect(try await sandbox.told() == [])
        let run = try await sandbox.enclavia(
            "record", "-", "--metadata-file", path, "--tool", "bake", "--json")
        #expect(run.status == 0, "\(run.err)")
        let values = try #require(try run.json() as? [[String: Any]])
        try #require(values.count == 2)
        try await check(values[0], db, "bakedb:v1", tool: "bake", in: sandbox)
        try await check(values[1], web, "bakeweb:v1", tool: "bake", in: sandbox)
        #expect(values[0]["destination"] as? String == "alice/bakedb:v1")
    }

    @Test(.enabled(if: geteuid() == 0))
    func `podman: the file of --digestfile is recorded as the destination`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let folder = try Folder()
        try folder.write(
            """
            [storage]
            driver = "vfs"
            runroot = "\(folder.path)/run"
            graphroot = "\(folder.path)/graph"
            """, to: "storage.conf")
        try await sandbox.image("podimage:v1", seed: 904)
        let push = try await sandbox.shell(
            """
            set -eo pipefail
            \(Sandbox.registryLogin)
            docker save podimage:v1 | podman load >&2
            podman push --tls-verify=false --creds "alice:$password" \
                --digestfile '\(folder.path)/digest' podimage:v1 \
                "$ENCLAVIA_SANDBOX_REGISTRY/alice/pod:v1" >&2
            """, environment: ["CONTAINERS_STORAGE_CONF": "\(folder.path)/storage.conf"])
        try #require(push.status == 0, "\(push.err)")
        let run = try await sandbox.enclavia(
            "record", "pod:v1", "--refs-file", "\(folder.path)/digest", "--tool", "podman",
            "--json")
        #expect(run.status == 0, "\(run.err)")
        let digest = try String(contentsOfFile: "\(folder.path)/digest", encoding: .utf8)
        try await check(try run.object(), digest, "pod:v1", tool: "podman", in: sandbox)
    }

    @Test func `crane, ko and kaniko: their lines are read from standard input`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let first = try await sandbox.dockerPush("lines:v1", "lines:v2", seed: 905)
        let second = try await sandbox.dockerPush("lines:v3", "lines:latest", seed: 906)
        let crane = try await sandbox.enclavia(
            ["record", "lines:v1", "--refs-file", "-", "--tool", "crane", "--json"],
            input: "\(sandbox.registry)/alice/lines@\(first)")
        try await check(try crane.object(), first, "lines:v1", tool: "crane", in: sandbox)
        let ko = try await sandbox.enclavia(
            ["record", "lines", "--refs-file", "-", "--tool", "ko", "--json"],
            input: """
                \(sandbox.registry)/alice/lines:v2@\(first)\r
                \r
                alice/lines@\(second)\r
                lines:v3 \(second)\r
                lines:v3@\(second)\r

                """)
        #expect(ko.status == 0, "\(ko.err)")
        let values = try #require(try ko.json() as? [[String: Any]])
        try #require(values.count == 3, "the same image twice is one push")
        try await check(values[0], first, "lines:v2", tool: "ko", in: sandbox)
        try await check(values[1], second, "lines:latest", tool: "ko", in: sandbox)
        try await check(values[2], second, "lines:v3", tool: "ko", in: sandbox)
    }

    @Test func `jib: each of the tags is a push`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("jib:v1", "jib:stable", seed: 907)
        let folder = try Folder()
        let file = try folder.write(
            """
            {"image":"\(sandbox.registry)/alice/jib:v1","imageId":"sha256:\(String(repeating: "2", count: 64))",\
            "imageDigest":"\(digest)","tags":["stable","v1"],"imagePushed":true}
            """, to: "jib-image.json")
        let run = try await sandbox.enclavia(
            "record", "jib", "--metadata-file", file, "--tool", "jib", "--json")
        #expect(run.status == 0, "\(run.err)")
        let values = try #require(try run.json() as? [[String: Any]])
        try #require(values.count == 2)
        try await check(values[0], digest, "jib:stable", tool: "jib", in: sandbox)
        try await check(values[1], digest, "jib:v1", tool: "jib", in: sandbox)
    }

    @Test func `without --json the pinned references are the result, and the rest is prose`()
        async throws
    {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("prose:v1", "prose:v2", seed: 908)
        let run = try await sandbox.enclavia("record", "prose:v1", "--digest", digest)
        #expect(run.status == 0)
        #expect(run.out == "\(sandbox.registry)/alice/prose@\(digest)\n")
        #expect(run.err.contains("recorded alice/prose:v1 in "), "\(run.err)")
        #expect(run.err.contains("enclavia enclave create --image alice/prose:v1"))
        let engine = try await sandbox.sql(
            "SELECT engine_name FROM push_v1 WHERE repository = 'prose'")
        #expect(engine == "external")
        let both = try await sandbox.enclavia(
            ["record", "prose", "--refs-file", "-"],
            input: "prose:v1@\(digest)\nprose:v2@\(digest)\n")
        #expect(both.out == run.out + run.out)
    }

    @Test func `a waiting enclave builds, and an unchanged digest triggers again`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("waits:v1", seed: 909)
        let created = try await sandbox.enclavia(
            "enclave", "create", "--image", "alice/waits:v1", "--json")
        let id = try #require(try created.object()["id"] as? String)
        let words = ["record", "waits:v1", "--digest", digest, "--json"]
        let first = try await sandbox.enclavia(words).object()
        #expect(first["triggered"] as? [String] == [id])
        let isRunning = try await eventually {
            try await sandbox.enclavia("enclave", "status", id, "--json").object()["status"]
                as? String == "running"
        }
        #expect(isRunning)
        #expect(try await sandbox.enclavia("enclave", "stop", id).status == 0)
        let again = try await sandbox.enclavia(words).object()
        #expect(again["triggered"] as? [String] == [id])
        #expect(again["id"] as? String != first["id"] as? String)
        #expect(again["tag_change"] as? String == "unchanged")
        #expect(again["tag_change_source"] as? String == "history")
        let keys = try await sandbox.notifications().compactMap { $0["idempotency_key"] as? String }
        #expect(keys == [first["id"], again["id"]].compactMap { $0 as? String })
    }

    @Test func `a tag that another tool moved is recorded as moved from what the history knows`()
        async throws
    {
        let sandbox = try await RecordPlace.cleared()
        let old = try await sandbox.dockerPush("mover:v1", seed: 910)
        #expect(try await sandbox.enclavia("record", "mover:v1", "--digest", old).status == 0)
        let new = try await sandbox.dockerPush("mover:v1", seed: 911)
        let run = try await sandbox.enclavia("record", "mover:v1", "--digest", new, "--json")
        let value = try run.object()
        #expect(value["tag_change"] as? String == "moved")
        #expect(value["previous_digest"] as? String == old)
        #expect(run.err.contains("\nwarning: \(sandbox.registry)/alice/mover:v1 moved from "))
    }

    @Test func `the commit is that of the checkout only if the image's label names it`()
        async throws
    {
        let sandbox = try await RecordPlace.cleared()
        let folder = try Folder()
        let made = try await Run.shell(
            """
            git init -q -b main . && echo a >f && git add f
            git -c user.name=a -c user.email=a@b commit -qm x && git rev-parse HEAD
            """, directory: folder.path)
        let head = made.out.trimmingCharacters(in: .newlines)
        let label = "org.opencontainers.image.revision"
        let own = try await sandbox.dockerPush("git:own", seed: 912, labels: [label: head])
        let other = try await sandbox.dockerPush(
            "git:other", seed: 913, labels: [label: String(repeating: "ab", count: 20)])
        let none = try await sandbox.dockerPush("git:none", seed: 914)
        for (tag, digest, commit) in [
            ("own", own, head), ("other", other, nil), ("none", none, nil),
        ] {
            let run = try await sandbox.enclavia(
                ["record", "git:\(tag)", "--digest", digest, "--json"], directory: folder.path)
            let context = try #require(try run.object()["context"] as? [String: Any])
            #expect(context["git_commit"] as? String == commit, "\(tag)")
            #expect(context["git_branch"] as? String == (commit == nil ? nil : "main"))
            #expect(context["user"] as? String != nil)
        }
    }

    @Test func `an index is recorded, and the image of one platform in it is not`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let part = try await sandbox.dockerPush("index:amd64", seed: 915)
        let index = try await sandbox.putIndex(of: part, as: "index:v1")
        for (lines, status, kind) in [
            ("\(part)\n", 76, "digest_mismatch"), ("\(index)\n\(part)\n", 65, "data"),
        ] {
            let refused = try await sandbox.enclavia(
                ["record", "index:v1", "--refs-file", "-", "--json"], input: lines)
            #expect(refused.status == status, "\(refused.out)")
            let failure = try refused.object()
            #expect(failure["kind"] as? String == kind)
            #expect((failure["hint"] as? String)?.contains("index") == true, "\(refused.out)")
        }
        #expect(try await sandbox.recorded("index") == "0")
        #expect(try await sandbox.told() == [])
        let run = try await sandbox.enclavia("record", "index:v1", "--digest", index, "--json")
        #expect(run.status == 0, "\(run.err)")
        let value = try run.object()
        #expect(value["media_type"] as? String == "application/vnd.oci.image.index.v1+json")
        #expect(value["size_bytes"] is NSNull)
    }
}
