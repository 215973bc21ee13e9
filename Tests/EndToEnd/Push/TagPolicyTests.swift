import Foundation
import TestSupport
import Testing

/// What a tag held, and who may move it: on the real registry, from empty state directories, as CI has them.
@Suite(.serialized)
struct TagPolicyTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:1", seed: 131)
        try await sandbox.image("app:2", seed: 132)
        return sandbox
    }

    /// A machine that has pushed nothing before.
    private struct Runner {
        let sandbox: Sandbox
        let folder: Folder
        var directory: String?

        init(_ sandbox: Sandbox, directory: String? = nil) throws {
            self.sandbox = sandbox
            folder = try Folder()
            self.directory = directory
        }

        var environment: [String: String] { ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"] }

        func push(
            _ image: String, _ destination: String, _ options: String...,
            environment more: [String: String] = [:]
        ) async throws -> Run {
            try await sandbox.enclavia(
                ["push", image, destination, "--json"] + options,
                environment: environment.merging(more) { $1 }, directory: directory)
        }

        func records(_ destination: String) async throws -> [[String: Any]] {
            try await sandbox.records(destination, environment: environment)
        }
    }

    private func runner(in directory: String? = nil) async throws -> Runner {
        try Runner(try await Self.shared.value, directory: directory)
    }

    /// The requests that change the registry or notify the backend.
    private func sent(_ repository: String) async throws -> [[String: Any]] {
        let sandbox = try await Self.shared.value
        let writes = try await sandbox.log("/v2/alice/\(repository)/").filter {
            !["GET", "HEAD"].contains($0["method"] as? String ?? "")
        }
        return writes + (try await sandbox.notifications())
    }

    /// A push that the policy stops: nothing is sent, and the record says why.
    private func expectStopped(
        _ kind: String, _ runner: Runner, _ destination: String,
        _ push: () async throws -> Run
    ) async throws {
        let sandbox = try await Self.shared.value
        let repository = String(destination.split(separator: ":")[0])
        let tag = String(destination.split(separator: ":")[1])
        let before = try await sandbox.registryDigest(repository, tag: tag)
        let named = try await tagged()
        try await sandbox.clearLog()
        let run = try await push()
        #expect(run.status == 1, "\(run.out)\(run.err)")
        let error = try run.object()
        #expect(error["kind"] as? String == kind, "\(error)")
        #expect(error["stage"] as? String == "tag")
        #expect(error["retryable"] as? Bool == false)
        #expect(try await sent(repository).isEmpty)
        #expect(try await tagged() == named, "a local image was tagged")
        #expect(try await sandbox.registryDigest(repository, tag: tag) == before)
        let record = try #require(try await runner.records(destination).first)
        #expect(record["id"] as? String == error["push_id"] as? String)
        #expect(record["outcome"] as? String == "failed")
        let failure = record["failure"] as? [String: Any]
        #expect(failure?["kind"] as? String == kind && failure?["stage"] as? String == "tag")
        #expect((record["notify"] as? [String: Any])?["outcome"] as? String == "skipped")
        #expect(record["digest"] is NSNull && record["tag_change"] is NSNull)
        #expect(record["local_image_id"] is String)
        let verify = try await sandbox.enclavia(
            "history", "verify", environment: runner.environment)
        #expect(verify.status == 0, "\(verify.out)")
    }

    /// The names of all local images, with the ids that they refer to.
    private func tagged() async throws -> String {
        try await Self.shared.value.shell("docker image ls --no-trunc | sort").out
    }

    @Test func `two machines and one tag: the second records that it moved, and warns`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let first = try await runner().push("app:1", "two:v1")
        #expect(first.status == 0, "\(first.err)")
        let created = try first.object()
        #expect(created["tag_change"] as? String == "created")
        #expect(created["tag_change_source"] as? String == "registry")
        #expect(created["previous_digest"] is NSNull)

        let held = try await sandbox.registryDigest("two", tag: "v1")
        let other = try await runner()
        let second = try await other.push("app:2", "two:v1")
        let moved = try second.object()
        #expect(moved["tag_change"] as? String == "moved")
        #expect(moved["tag_change_source"] as? String == "registry")
        #expect(moved["previous_digest"] as? String == held)
        #expect(second.err.contains("warning: \(sandbox.registry)/alice/two:v1 moved from"))
        let row = try await Run.program(
            "sqlite3",
            [
                "-readonly", "\(other.folder.path)/state/history.db",
                "SELECT tag_change, previous_digest, tag_change_source FROM push_v1",
            ])
        #expect(row.out == "moved|\(held ?? "")|registry\n")

        let third = try await runner().push("app:2", "two:v1").object()
        #expect(third["tag_change"] as? String == "unchanged")
        #expect(third["previous_digest"] as? String == moved["digest"] as? String)
    }

    @Test func `if the registry does not answer, the history is used, with a warning`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let runner = try await runner()
        _ = try await runner.push("app:1", "silent:v1")
        try await sandbox.faults(["registry": "read-500"])
        let push = try await runner.push("app:2", "silent:v1")
        let stranger = try await self.runner().push("app:2", "silent:v1")
        try await sandbox.faults([:])
        #expect(push.err.contains("warning: what \(sandbox.registry)/alice/silent:v1 pointed at"))
        #expect(try push.object()["tag_change"] as? String == "moved")
        #expect(try push.object()["tag_change_source"] as? String == "history")
        #expect(try stranger.object()["tag_change_source"] as? String == "history")
    }

    @Test func `refuse rejects another image, and accepts new tags and the same image`()
        async throws
    {
        let first = try await runner().push("app:1", "refuse:v1", "--tag-policy", "refuse")
        #expect(first.status == 0, "\(first.err)")
        let runner = try await runner()
        try await expectStopped("tag_exists", runner, "refuse:v1") {
            try await runner.push("app:2", "refuse:v1", "--tag-policy", "refuse")
        }
        let same = try await runner.push("app:1", "refuse:v1", "--tag-policy", "refuse")
        #expect(same.status == 0, "\(same.err)")
        #expect(try same.object()["tag_change"] as? String == "unchanged")
    }

    /// Docker's classic store names an image by its configuration, which an index does not show.
    @Test func `an index under the tag is another image unless it holds this one`() async throws {
        let sandbox = try await Self.shared.value
        let child = try await runner().push("app:1", "index:child").object()
        let digest = try #require(child["digest"] as? String)
        let id = try #require(child["local_image_id"] as? String)
        _ = try await putIndex("index", tag: "other", of: digest)
        let runner = try await runner()
        try await expectStopped("tag_exists", runner, "index:other") {
            try await runner.push("app:1", "index:other", "--tag-policy", "refuse")
        }
        let kept = try await runner.push("app:1", "index:other", "--tag-policy", "keep").object()
        let held = try await sandbox.registryDigest("index", tag: "other")
        #expect(kept["digest"] as? String == held)
        #expect(
            kept["media_type"] as? String == "application/vnd.oci.image.index.v1+json")
        #expect(id.hasPrefix("sha256:"))
    }

    /// Puts an index of one manifest under a tag, as tools for several platforms do.
    private func putIndex(
        _ repository: String, tag: String, of digest: String
    ) async throws -> String {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            set -eo pipefail
            ask() { curl -sS --fail --noproxy '*' "$@"; }
            token=$(jq -r .access_token "$XDG_CONFIG_HOME/enclavia/credentials.json")
            password=$(ask -H "Authorization: Bearer $token" "$ENCLAVIA_BACKEND_URL/me/registry" \
                | jq -r .token)
            scoped=$(ask -u "alice:$password" \
                "\(sandbox.url)/token?scope=repository:alice/\(repository):pull,push" | jq -r .token)
            type=application/vnd.oci.image.index.v1+json
            url=http://$ENCLAVIA_SANDBOX_REGISTRY/v2/alice/\(repository)/manifests
            size=$(ask -H "Authorization: Bearer $scoped" \
                -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
                "$url/\(digest)" | wc -c)
            jq -nc --arg type "$type" --argjson size "$size" '{
                schemaVersion: 2, mediaType: $type, manifests: [{
                    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
                    digest: "\(digest)", size: $size,
                    platform: {os: "linux", architecture: "amd64"}}]}' >index.json
            ask -X PUT -H "Authorization: Bearer $scoped" -H "Content-Type: $type" \
                --data-binary @index.json "$url/\(tag)"
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return run.out
    }

    @Test
    func `keep pushes nothing, and prints, records and notifies the existing image`() async throws {
        let sandbox = try await Self.shared.value
        try await sandbox.image(
            "labelled:1", seed: 133,
            labels: [
                "org.opencontainers.image.revision": "r-17",
                "org.opencontainers.image.source": "https://git.example.com/app",
            ])
        let first = try await runner().push("labelled:1", "keep:v1", "--tag-policy", "keep")
        let there = try #require(try first.object()["digest"] as? String)
        let runner = try await runner()
        let named = try await tagged()
        try await sandbox.clearLog()
        let push = try await sandbox.enclavia(
            "push", "app:2", "keep:v1", "--tag-policy", "keep", "--message", "again",
            environment: runner.environment)
        #expect(push.status == 0, "\(push.err)")
        #expect(push.out == "\(sandbox.registry)/alice/keep@\(there)\n")
        #expect(
            push.err.contains("kept alice/keep:v1 in ")
                && push.err.contains(": nothing was pushed, "))
        #expect(try await tagged() == named)
        let bodies = try await sandbox.notifications().compactMap { $0["body"] as? [String: Any] }
        #expect(bodies.map { $0["digest"] as? String } == [there])
        #expect(try await sent("keep").count == 1, "the notification, and no more")

        let record = try #require(try await runner.records("keep:v1").first)
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["local_image"] as? String == there)
        #expect(record["digest"] as? String == there)
        #expect(record["digest_verified"] as? Bool == true)
        #expect(record["local_image_id"] is NSNull)
        #expect(record["image_revision"] as? String == "r-17")
        #expect(record["image_source"] as? String == "https://git.example.com/app")
        #expect(record["tag_change"] as? String == "unchanged")
        #expect(record["message"] as? String == "again")
        let context = try #require(record["context"] as? [String: Any])
        for key in ["git_commit", "git_branch", "git_dirty"] { #expect(context[key] is NSNull) }
        let table = try await sandbox.enclavia(
            "history", "--no-trunc", environment: runner.environment)
        #expect(table.out.contains("  kept  ") && table.out.contains("REASON\n"))
        let verify = try await sandbox.enclavia(
            "history", "verify", environment: runner.environment)
        #expect(verify.status == 0, "\(verify.out)")

        // Another machine can import the export.
        let lines = try await sandbox.enclavia(
            "history", "export", environment: runner.environment)
        let taken = try await sandbox.enclavia(
            ["history", "import"], environment: try await self.runner().environment,
            input: lines.out)
        #expect(taken.status == 0, "\(taken.err)")
    }

    /// A checkout with three commits, and an image of each by its label.
    private func checkout() async throws -> (folder: Folder, commits: [String]) {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            set -e
            git init -q -b main .
            for number in 1 2 3; do
                git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m $number
            done
            git rev-list --reverse HEAD
            """, directory: folder.path)
        let commits = run.out.split(separator: "\n").map(String.init)
        try #require(commits.count == 3, "\(run.err)")
        for (index, commit) in commits.enumerated() {
            try await sandbox.image(
                "of:\(index + 1)", seed: 140 + index,
                labels: ["org.opencontainers.image.revision": commit])
        }
        return (folder, commits)
    }

    @Test func `forward accepts newer commits only`() async throws {
        let sandbox = try await Self.shared.value
        let (folder, commits) = try await checkout()
        let forward = ["ENCLAVIA_TAG_POLICY": "*:prod=forward,*=refuse"]
        // The commit that is checked out and the label of the image agree.
        func at(_ commit: Int) async throws -> Runner {
            _ = try await sandbox.shell(
                "git checkout -q \(commits[commit - 1])", directory: folder.path)
            return try await self.runner(in: folder.path)
        }
        var runner = try await at(2)
        #expect(
            try await runner.push("of:2", "fwd:prod", environment: forward).status == 0)
        runner = try await at(1)
        try await expectStopped("tag_newer", runner, "fwd:prod") {
            try await runner.push("of:1", "fwd:prod", environment: forward)
        }
        runner = try await at(3)
        let newer = try await runner.push("of:3", "fwd:prod", environment: forward)
        #expect(newer.status == 0, "\(newer.err)")
        #expect(try newer.object()["tag_change"] as? String == "moved")
        // The option overrides the variable.
        runner = try await at(1)
        let back = try await runner.push(
            "of:1", "fwd:prod", "--tag-policy", "move", environment: forward)
        #expect(back.status == 0, "\(back.err)")
    }

    @Test func `forward refuses a push if the order of the commits is unknown`() async throws {
        let sandbox = try await Self.shared.value
        let (folder, commits) = try await checkout()
        try await sandbox.image(
            "of:option", seed: 150,
            labels: ["org.opencontainers.image.revision": "--upload-pack=touch /tmp/x"])
        _ = try await sandbox.shell("git checkout -q \(commits[0])", directory: folder.path)
        let first = try await runner(in: folder.path).push("of:1", "unknown:prod")
        #expect(first.status == 0, "\(first.err)")
        _ = try await sandbox.shell(
            """
            git checkout -q main
            git clone -q --depth 1 "file://$PWD" shallow
            git init -q unborn
            """, directory: folder.path)
        let places: [(image: String, directory: String, reason: String)] = [
            ("of:3", "\(folder.path)/shallow", "fetch-depth: 0"),
            ("of:3", "\(folder.path)/unborn", "does not have commit"),
            ("of:3", "/", "there is no checkout"),
            ("of:option", folder.path, "is not a full commit id"),
            ("of:1", "\(folder.path)/shallow", ""),
            ("app:2", "/", "no label"),
        ]
        for place in places.prefix(4) + places.suffix(1) {
            let runner = try await runner(in: place.directory)
            try await expectStopped("order_unknown", runner, "unknown:prod") {
                let run = try await runner.push(
                    place.image, "unknown:prod", "--tag-policy", "forward")
                #expect(run.out.contains(place.reason), "\(run.out)")
                return run
            }
        }
        // The image in the registry has no label, and this machine's history has no commit for it.
        _ = try await runner(in: "/").push("app:1", "unlabelled:prod")
        let stranger = try await runner(in: folder.path)
        try await expectStopped("order_unknown", stranger, "unlabelled:prod") {
            try await stranger.push("of:3", "unlabelled:prod", "--tag-policy", "forward")
        }
        // The history of the machine that pushed it has one.
        let own = try await runner(in: folder.path)
        _ = try await sandbox.shell("git checkout -q \(commits[1])", directory: folder.path)
        _ = try await own.push("app:1", "own:prod")
        _ = try await sandbox.shell("git checkout -q main", directory: folder.path)
        let newer = try await own.push("of:3", "own:prod", "--tag-policy", "forward")
        #expect(newer.status == 0, "\(newer.out)\(newer.err)")
    }

    @Test(arguments: ["read-500", "read-401", "read-reset", "read-garbage"])
    func `every policy but move fails if the registry does not answer`(_ fault: String)
        async throws
    {
        let sandbox = try await Self.shared.value
        for policy in ["keep", "refuse", "forward"] {
            try await sandbox.clearLog()
            try await sandbox.faults(["registry": fault])
            let run = try await runner().push("app:1", "away:v1", "--tag-policy", policy)
            try await sandbox.faults([:])
            #expect(run.status == (fault == "read-garbage" ? 76 : 69), "\(run.out)")
            #expect(try await sent("away").isEmpty)
        }
    }

    @Test func `a dry run shows what the policy would do, and changes nothing`() async throws {
        let sandbox = try await Self.shared.value
        let there = try await runner().push("app:1", "dry:v1").object()
        let runner = try await runner()
        try await sandbox.clearLog()
        func dry(_ image: String, _ tag: String, _ policy: String) async throws -> Run {
            try await runner.push(image, "dry:\(tag)", "--dry-run", "--tag-policy", policy)
        }
        let kept = try await dry("app:2", "v1", "keep")
        #expect(kept.status == 0 && kept.err.contains("kept: "))
        #expect(try kept.object()["action"] as? String == "kept")
        #expect(try kept.object()["previous_digest"] as? String == there["digest"] as? String)
        let moved = try await dry("app:2", "v1", "move").object()
        #expect(moved["action"] as? String == "pushed")
        #expect(moved["tag_change"] as? String == "moved")
        #expect(
            try await dry("app:1", "v1", "refuse").object()["tag_change"] as? String == "unchanged")
        #expect(
            try await dry("app:2", "v2", "refuse").object()["tag_change"] as? String == "created")
        let refused = try await dry("app:2", "v1", "refuse")
        #expect(refused.status == 1)
        #expect(try refused.object()["kind"] as? String == "tag_exists")
        #expect(try await sent("dry").isEmpty)
        #expect(try await runner.records("dry:v1").isEmpty)
    }

    /// The check before the push is not a lock: both pushes may pass it, and then the later one records a move.
    @Test func `two machines that race under refuse record what happened`() async throws {
        let sandbox = try await Self.shared.value
        let runners = try [Runner(sandbox), Runner(sandbox)]
        async let first = runners[0].push("app:1", "race:v1", "--tag-policy", "refuse")
        async let second = runners[1].push("app:2", "race:v1", "--tag-policy", "refuse")
        let runs = try await [first, second]
        #expect(runs.contains { $0.status == 0 })
        var digests: [String] = []
        for (run, runner) in zip(runs, runners) {
            let record = try #require(try await runner.records("race:v1").first)
            if run.status == 0 {
                try sandbox.expectOwnImages([record])
                digests.append(try #require(record["digest"] as? String))
            } else {
                #expect(run.status == 1)
                #expect(
                    (record["failure"] as? [String: Any])?["kind"] as? String == "tag_exists")
            }
        }
        let held = try #require(try await sandbox.registryDigest("race", tag: "v1"))
        #expect(digests.contains(held))
    }

    @Test func `a concurrent push to the tag by another client is only a warning`() async throws {
        let sandbox = try await Self.shared.value
        _ = try await runner().push("app:2", "taken:other")
        let other = try #require(try await sandbox.registryDigest("taken", tag: "other"))
        let folder = try Folder()
        // Somebody else moves the tag right after the engine's push.
        try folder.write(
            """
            #!/bin/bash
            real=$(PATH=${PATH#*:} command -v docker)
            [ "$1" = push ] || exec "$real" "$@"
            "$real" "$@" || exit
            login=$(jq -r '.auths[].auth' "$DOCKER_CONFIG/config.json" | base64 -d)
            scope=repository:alice/taken:pull,push
            token=$(curl -sS --noproxy '*' -u "$login" "\(sandbox.url)/token?scope=$scope" | jq -r .token)
            type=application/vnd.docker.distribution.manifest.v2+json
            url=http://\(sandbox.registry)/v2/alice/taken/manifests
            curl -sS --fail --noproxy '*' -H "Authorization: Bearer $token" -H "Accept: $type" \
                "$url/other" >'\(folder.path)/manifest'
            curl -sS --fail --noproxy '*' -X PUT -H "Authorization: Bearer $token" \
                -H "Content-Type: $type" --data-binary @'\(folder.path)/manifest' "$url/v1" >&2
            """, to: "docker", mode: 0o700)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let push = try await runner().push(
            "app:1", "taken:v1", environment: ["PATH": "\(folder.path):\(path)"])
        #expect(push.status == 0, "\(push.out)\(push.err)")
        let record = try push.object()
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["digest"] as? String != other)
        #expect(push.err.contains("alice/taken:v1 now points at \(other)"))
        #expect(try await sandbox.registryDigest("taken", tag: "v1") == other)
    }

    /// A client of the engine that kills the push that started it.
    private func killingClient(_ folder: Folder, sends: Bool) throws -> [String: String] {
        try folder.write(
            """
            #!/bin/bash
            real=$(PATH=${PATH#*:} command -v docker)
            [ "$1" = push ] || exec "$real" "$@"
            \(sends ? "\"$real\" \"$@\"" : "true")
            kill -9 $PPID
            """, to: "docker", mode: 0o700)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return ["PATH": "\(folder.path):\(path)"]
    }

    @Test func `reconcile records for a killed push what the tag held before it`() async throws {
        let sandbox = try await Self.shared.value
        let first = try await runner().push("app:1", "killed:v1").object()
        let runner = try await runner()
        _ = try await runner.push(
            "app:2", "killed:v1", environment: try killingClient(runner.folder, sends: true))
        #expect(try await runner.records("killed:v1").first?["outcome"] as? String == "interrupted")
        let resolved = try await sandbox.enclavia(
            "history", "reconcile", environment: runner.environment)
        #expect(resolved.status == 0, "\(resolved.err)")
        let record = try #require(try await runner.records("killed:v1").first)
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["tag_change"] as? String == "moved")
        #expect(record["tag_change_source"] as? String == "registry")
        #expect(record["previous_digest"] as? String == first["digest"] as? String)
        let verify = try await sandbox.enclavia(
            "history", "verify", environment: runner.environment)
        #expect(verify.status == 0, "\(verify.out)")
    }

    @Test func `reconcile does not attribute the image of a later push to a killed one`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let runner = try await runner()
        _ = try await runner.push("app:1", "later:v1")
        _ = try await runner.push(
            "app:2", "later:v1", environment: try killingClient(runner.folder, sends: false))
        let later = try await runner.push("app:2", "later:v1").object()
        #expect(later["tag_change"] as? String == "moved")
        _ = try await sandbox.enclavia("history", "reconcile", environment: runner.environment)
        let outcomes = try await runner.records("later:v1").map { $0["outcome"] as? String }
        #expect(outcomes == ["succeeded", "failed", "succeeded"])
    }

    /// The client fails, and from then on the registry does not answer.
    @Test func `a failed attempt fails the push if the registry does not answer`() async throws {
        let sandbox = try await Self.shared.value
        let runner = try await runner()
        try runner.folder.write(
            """
            #!/bin/bash
            real=$(PATH=${PATH#*:} command -v docker)
            [ "$1" = push ] || exec "$real" "$@"
            curl -sS --noproxy '*' -X POST -H 'Content-Type: application/json' \
                --data '{"registry": "read-500"}' "\(sandbox.url)/_sandbox/faults" >&2
            echo 'received unexpected HTTP status: 503 Service Unavailable' >&2
            exit 1
            """, to: "docker", mode: 0o700)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let run = try await runner.push(
            "app:1", "lost:v1", "--tag-policy", "refuse",
            environment: ["PATH": "\(runner.folder.path):\(path)"])
        try await sandbox.faults([:])
        #expect(run.status == 69)
        #expect(try run.object()["stage"] as? String == "push")
    }

    @Test(arguments: ["*:prod", "*=never", "[a=move", "*=move,,", "=refuse"])
    func `a malformed policy is a usage error, and nothing is sent or recorded`(
        _ policy: String
    ) async throws {
        let sandbox = try await Self.shared.value
        let runner = try await runner()
        try await sandbox.clearLog()
        let environment = ["ENCLAVIA_TAG_POLICY": policy]
        let run = try await runner.push("app:1", "grammar:v1", environment: environment)
        #expect(run.status == 64)
        #expect(try run.object()["kind"] as? String == "usage")
        #expect(try await sandbox.log().isEmpty)
        #expect(try await runner.records("grammar:v1").isEmpty)
        let doctor = try await sandbox.enclavia("doctor", "--json", environment: environment)
        #expect(doctor.status == 1)
        #expect(doctor.out.contains(#""check":"tag_policy""#))
    }

    @Test(arguments: [
        ["--tag-policy", "never"], ["--retry", "11"], ["--retry", "-1"], ["--retry", "many"],
        ["--message", "two\nlines"], ["--message", String(repeating: "m", count: 1025)],
    ])
    func `an invalid option of push is a usage error`(_ options: [String]) async throws {
        let sandbox = try await Self.shared.value
        let run = try await sandbox.enclavia(["push", "app:1", "options:v1"] + options)
        #expect(run.status == 64, "\(run.err)")
    }

    @Test func `temporary failures are retried as often as --retry says, and others never`()
        async throws
    {
        let sandbox = try await Self.shared.value
        func pushes(_ tag: String) async throws -> Int {
            try await sandbox.log("/v2/alice/retry/manifests/\(tag)").filter {
                $0["method"] as? String == "PUT"
            }.count
        }
        try await sandbox.faults(["registry": "503*2"])
        let twice = try await runner().push("app:1", "retry:two", "--retry", "2")
        #expect(twice.status == 0, "\(twice.err)")
        #expect(try twice.object()["tag_change"] as? String == "created")
        try await sandbox.faults(["registry": "503*2"])
        let once = try await runner().push("app:1", "retry:one")
        #expect(once.status == 69)
        #expect(try once.object()["retryable"] as? Bool == true)
        try await sandbox.faults(["registry": "413"])
        let large = try await runner().push("app:1", "retry:large", "--retry", "5")
        try await sandbox.faults([:])
        #expect(large.status == 69)
        #expect(try large.object()["kind"] as? String == "refused")
        #expect(try large.object()["retryable"] as? Bool == false)
        #expect(try await pushes("two") == 3)
        #expect(try await pushes("one") == 2)
        #expect(try await pushes("large") == 1)
    }

    @Test func `every format of the history has the reason`() async throws {
        let sandbox = try await Self.shared.value
        let runner = try await runner()
        let reason = "=rollback of #12, \"really\""
        let push = try await runner.push("app:1", "reason:v1", "--message", reason)
        #expect(try push.object()["message"] as? String == reason)
        func history(_ words: String...) async throws -> String {
            try await sandbox.enclavia(["history"] + words, environment: runner.environment).out
        }
        #expect(try await history("--no-trunc").contains("REASON\n"))
        #expect(try await history("--no-trunc").contains("  \(reason)\n"))
        #expect(
            try await history("--format", "template:{message}|{tag_change_source}")
                == "\(reason)|registry\n")
        let csv = try await history("--format", "csv").split(whereSeparator: \.isNewline)
        #expect(csv.first?.hasSuffix(",tag_change_source,message") == true)
        #expect(csv.last?.hasSuffix(",registry,\"'=rollback of #12, \"\"really\"\"\"") == true)
        let id = try #require(try push.object()["id"] as? String)
        #expect(try await history("show", id).contains("message"))
        // A push without one shows no column for it.
        let plain = try await self.runner()
        _ = try await plain.push("app:1", "reason:v1", "--message", "")
        let table = try await sandbox.enclavia(
            "history", "--no-trunc", environment: plain.environment)
        #expect(!table.out.contains("REASON"))
    }
}
