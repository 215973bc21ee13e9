import Foundation
import TestSupport
import Testing

/// What `record` refuses: nothing is recorded then, and the backend hears of nothing.
@Suite(.serialized)
struct RecordRefusalTests {
    private static let absent = "sha256:" + String(repeating: "0", count: 64)

    /// Runs `record` with lines on standard input, and expects a failure of which nothing is left.
    @discardableResult
    private func refuse(
        _ words: [String], _ input: String = "", status: Int32, kind: String,
        repository: String = "bad", directory: String? = nil
    ) async throws -> [String: Any] {
        let sandbox = try await RecordPlace.shared.value
        let before = try await sandbox.recorded(repository)
        try await sandbox.clearLog()
        let run = try await sandbox.enclavia(
            ["record"] + words + ["--json"], input: input, directory: directory)
        #expect(run.status == status, "\(words): \(run.out)\(run.err)")
        let failure = try run.object()
        #expect(failure["kind"] as? String == kind, "\(run.out)")
        #expect(try await sandbox.recorded(repository) == before)
        #expect(try await sandbox.told() == [])
        return failure
    }

    @Test func `a digest that the registry does not have`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let there = try await sandbox.dockerPush("bad:there", seed: 931)
        let failure = try await refuse(
            ["bad", "--refs-file", "-"], "bad:there@\(there)\nbad:v1@\(Self.absent)\n",
            status: 66, kind: "image_not_found")
        #expect((failure["error"] as? String)?.contains("line 2 of standard input") == true)
        #expect((failure["error"] as? String)?.contains(Self.absent) == true)
    }

    @Test func `a tag that holds another digest, or does not exist`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let old = try await sandbox.dockerPush("bad:v1", "bad:good", seed: 932)
        let new = try await sandbox.dockerPush("bad:v1", seed: 933)
        let lines = "bad:good@\(old)\nbad:v1@\(old)\n"
        let failure = try await refuse(
            ["bad", "--refs-file", "-"], lines, status: 76, kind: "digest_mismatch")
        #expect((failure["error"] as? String)?.contains("points at \(new), not at \(old)") == true)
        let none = try await refuse(
            ["bad:none", "--digest", old], status: 76, kind: "digest_mismatch")
        #expect((none["error"] as? String)?.contains("does not exist") == true)
    }

    @Test func `another owner, registry or repository`() async throws {
        try await refuse(
            ["bob/bad:v1", "--digest", Self.absent], status: 64, kind: "usage")
        for name in ["bob/bad:v1", "ghcr.io/alice/bad:v1", "alice/other:v1", "a/b/c/bad"] {
            let failure = try await refuse(
                ["bad", "--refs-file", "-"], "\(name)@\(Self.absent)\n", status: 64, kind: "usage")
            #expect(
                (failure["error"] as? String)?.contains("line 1 of standard input") == true,
                "\(failure)")
        }
        try await refuse(
            ["-", "--refs-file", "-"], "bob/bad@\(Self.absent)\n", status: 64, kind: "usage")
    }

    @Test func `a bad line among a thousand`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("bad:many", seed: 934)
        var lines = Array(repeating: "bad:many@\(digest)", count: 1000)
        lines[736] = "bad:many@\(digest.dropLast())"
        let failure = try await refuse(
            ["bad", "--refs-file", "-"], lines.joined(separator: "\n"), status: 65, kind: "data")
        #expect((failure["error"] as? String)?.hasPrefix("line 737 of standard input ") == true)
        try await refuse(
            ["-", "--refs-file", "-"], "bad:many@\(digest)\n\(digest)\n", status: 65, kind: "data")
    }

    @Test func `a tag with two digests`() async throws {
        let other = String(repeating: "1", count: 64)
        let failure = try await refuse(
            ["-", "--refs-file", "-"],
            "bad:v1@\(Self.absent)\nbad:v2@\(Self.absent)\nbad:v1@sha256:\(other)\n",
            status: 65, kind: "data")
        let message = failure["error"] as? String
        #expect(message?.hasPrefix("line 3 of standard input: ") == true, "\(failure)")
        #expect(message?.contains("than in line 1 of standard input") == true, "\(failure)")
    }

    @Test func `JSON in a file of references`() async throws {
        for line in [#"{"containerimage.digest": "sha256:0"}"#, "[1]", "{"] {
            let failure = try await refuse(
                ["bad", "--refs-file", "-"], line, status: 65, kind: "data")
            #expect(
                (failure["hint"] as? String)?.contains("use --metadata-file for JSON") == true,
                "\(failure)")
        }
    }

    @Test func `files that are not what they should be`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let folder = try Folder()
        let target = sandbox.buildxTarget(Self.absent, names: ["bad:v1"])
        try folder.write("", to: "empty")
        try folder.write("[\(target)]", to: "array.json")
        try folder.write(target + target, to: "two.json")
        try folder.write(
            #"{"db": \#(target), "test": {"buildx.build.ref": "a/b/c"}}"#, to: "bake.json")
        try folder.write(#"{"group": {"db": \#(target)}}"#, to: "nested.json")
        try folder.write("not JSON", to: "text.json")
        try folder.write(
            "\(target.dropLast(1)), \"web\": \(target)}", to: "beside.json")
        try folder.write(
            #"{"image": "bad", "imageDigest": "\#(Self.absent)", "tags": ["v1", 5]}"#,
            to: "jib.json")
        try folder.write(
            #"{"imageDigest": "\#(Self.absent)", "tags": ["v1"]}"#, to: "nameless.json")
        let huge = try await sandbox.shell(
            "head -c 17000000 /dev/zero | tr '\\0' ' ' > huge; mkfifo pipe; ln -s gone dangling",
            directory: folder.path)
        #expect(huge.status == 0)
        let faults: [(file: String, Int32, kind: String, words: String)] = [
            ("empty", 65, "data", "is empty"), ("array.json", 65, "data", "is not a JSON object"),
            ("two.json", 65, "data", "something after its JSON value"),
            (
                "bake.json", 65, "data",
                "\"containerimage.digest\" of \"test\" in bake.json is missing"
            ),
            ("nested.json", 65, "data", "\"containerimage.digest\" of \"group\" in nested.json"),
            ("text.json", 65, "data", "is not valid JSON"),
            ("beside.json", 65, "data", "\"web\" in beside.json is beside keys of a single target"),
            ("jib.json", 65, "data", "\"tags\" in jib.json must be a string"),
            ("nameless.json", 65, "data", "\"image\" in nameless.json is missing"),
            ("", 64, "usage", "the name of a file is empty"),
            ("huge", 65, "data", "is larger than 16 MiB"),
            ("/dev/zero", 65, "data", "is larger than 16 MiB"),
            (".", 66, "file_unreadable", "cannot be read"),
            ("none", 66, "file_not_found", "there is no file none"),
            ("dangling", 66, "file_not_found", "there is no file dangling"),
        ]
        for (file, status, kind, words) in faults {
            let failure = try await refuse(
                ["bad", "--metadata-file", file], status: status, kind: kind,
                directory: folder.path)
            #expect((failure["error"] as? String)?.contains(words) == true, "\(failure)")
        }
        for file in ["empty", "huge", ".", "none"] {
            let status: Int32 = ["empty", "huge"].contains(file) ? 65 : 66
            let run = try await sandbox.enclavia(
                ["record", "bad", "--refs-file", file], directory: folder.path)
            #expect(run.status == status, "\(file): \(run.err)")
        }
    }

    @Test func `arguments that contradict each other`() async throws {
        for words in [
            ["bad"], ["bad", "--digest", Self.absent, "--refs-file", "-"],
            ["bad", "--metadata-file", "a", "--refs-file", "b"], ["-", "--digest", Self.absent],
            ["bad", "--digest", "sha256:1"], ["bad@\(Self.absent)", "--digest", Self.absent],
            ["registry.example/alice/bad", "--digest", Self.absent],
            ["bad", "--digest", Self.absent, "--tool", "a b"],
            ["bad", "--digest", Self.absent, "--tool", ""],
            ["bad", "--digest", Self.absent, "--label", "x"],
            ["bad", "--digest", Self.absent, "--message", "a\nb"],
            ["bad", "--digest", Self.absent, "--no-notify", "--require-notify"],
        ] {
            try await refuse(words, status: 64, kind: "usage")
        }
    }

    @Test func `a registry or a backend that does not respond, and no login`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("bad:away", seed: 935)
        let words = ["bad:away", "--digest", digest]
        try await sandbox.faults(["registry": "read-500"])
        try await refuse(words, status: 69, kind: "registry_unavailable")
        try await sandbox.faults(["registry": "read-403"])
        try await refuse(words, status: 69, kind: "refused")
        try await sandbox.faults(["me": "500"])
        try await refuse(words, status: 69, kind: "backend_unavailable")
        try await sandbox.faults([:])
        let folder = try Folder()
        let run = try await sandbox.enclavia(
            ["record"] + words, environment: ["XDG_CONFIG_HOME": folder.path])
        #expect(run.status == 77, "\(run.err)")
        #expect(try await sandbox.recorded("bad") == "0")
    }
}
