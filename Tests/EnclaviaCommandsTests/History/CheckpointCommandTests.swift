import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// `history checkpoint`, and `history verify --checkpoint`, without signatures.
struct CheckpointCommandTests {
    let store: RealStore

    init() async throws {
        store = try RealStore()
        await store.succeed(Sample.push(1))
    }

    private var out: String { "\(store.folder.path)/out" }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.folder.path).sorted()
    }

    @Test func `a checkpoint is printed as six lines, and kept`() async throws {
        let run = await store("history", "checkpoint")
        #expect(run.status == .done)
        #expect(run.err.isEmpty)
        let checkpoint = try Checkpoint(Array(run.out.utf8))
        #expect(checkpoint.time == Timestamp("2026-11-23T12:00:00Z"))
        #expect(checkpoint.previous == nil)
        let kept = try String(
            contentsOfFile: "\(store.folder.path)/state/checkpoints.jsonl", encoding: .utf8)
        #expect(kept.contains(checkpoint.hash))
    }

    @Test func `JSON has every key`() async throws {
        let run = await store("history", "checkpoint", "--json", "--out", out)
        let object = try run.object()
        let text = try String(contentsOfFile: out, encoding: .utf8)
        let checkpoint = try Checkpoint(Array(text.utf8))
        #expect(object["text"] as? String == text)
        #expect(object["sha256"] as? String == checkpoint.hash)
        #expect(object["head"] as? String == checkpoint.head)
        #expect(object["sequence"] as? Int == Int(checkpoint.sequence))
        #expect(object["previous"] is NSNull)
        #expect(object["file"] as? String == out)
        #expect(object["signature_file"] is NSNull)
        #expect(object.count == 10)
    }

    @Test func `a file is private, and replaces nothing`() async throws {
        let run = await store("history", "checkpoint", "--out", out)
        #expect(run.status == .done, "\(run.err)")
        #expect(run.out.isEmpty)
        let text = try String(contentsOfFile: out, encoding: .utf8)
        #expect(
            try FileManager.default.attributesOfItem(atPath: out)[.posixPermissions] as? Int
                == 0o600)
        let again = await store("history", "checkpoint", "--out", out)
        #expect(again.status == .usage)
        #expect(again.err.contains("exists"))
        #expect(try String(contentsOfFile: out, encoding: .utf8) == text)
        try store.folder.write("", to: "new.sig")
        #expect(
            await store("history", "checkpoint", "--out", "\(store.folder.path)/new").status
                == .usage)
        #expect(try names() == ["new.sig", "out", "state"])
        // The refused ones were not kept.
        let next = await store("history", "checkpoint")
        #expect(next.out.contains("previous: \(try Checkpoint(Array(text.utf8)).hash)\n"))
    }

    @Test(arguments: [
        ["checkpoint", "--sign", "key"], ["checkpoint", "--out", "-", "--sign", "key"],
        ["checkpoint", "--out", ""], ["checkpoint", "--out", "/nonexistent/x"],
        ["verify", "--identity", "alice"], ["verify", "--allowed-signers", "/dev/null"],
        ["verify", "--checkpoint", "x", "--identity", "alice"],
        ["verify", "--checkpoint", "x", "--allowed-signers", "/dev/null"],
        ["verify", "--identity", "alice", "--allowed-signers", "/dev/null"],
        ["verify", "--checkpoint", "-", "--identity", "a", "--allowed-signers", "/dev/null"],
        ["verify", "--checkpoint", "-", "--checkpoint", "-"], ["verify", "--checkpoint"],
    ])
    func `options that do not fit are a usage error`(_ words: [String]) async throws {
        let run = await store.commandLine.run(["history"] + words)
        #expect(run.status == .usage, "\(run.err)")
        #expect(try names() == ["state"])
    }

    @Test func `a missing key, or a missing history, is exit 66`() async throws {
        let run = await store("history", "checkpoint", "--out", out, "--sign", "/nonexistent/key")
        #expect(run.status.rawValue == 66)
        #expect(run.err.contains("there is no key /nonexistent/key"))
        let empty = try RealStore()
        let none = await empty("history", "checkpoint")
        #expect(none.status.rawValue == 66)
        #expect(none.err.contains("there is no history at"))
        #expect(try names() == ["state"])
    }

    @Test func `verify names the checkpoint, and that nobody's signature was checked`()
        async throws
    {
        _ = await store("history", "checkpoint", "--out", out)
        let run = await store("history", "verify", "--checkpoint", out)
        #expect(run.status == .done)
        #expect(run.lines[0].hasPrefix("intact: "))
        #expect(
            run.out.contains(
                "checkpoint \(out): the history up to event 6 is unchanged since"
                    + " 2026-11-23T12:00:00.000Z\n"))
        #expect(run.err.hasPrefix("signature not checked: "))
        let object = try await store("history", "verify", "--json", "--checkpoint", out).object()
        let results = try #require(object["checkpoints"] as? [[String: Any]])
        #expect(results.count == 1)
        #expect(results[0]["unchanged"] as? Bool == true)
        #expect(results[0]["signature"] as? String == "unchecked")
        #expect(results[0]["kept"] as? Bool == true)
        #expect(results[0].count == 10)
    }

    @Test func `verify takes several files after one option, and names the one that differs`()
        async throws
    {
        _ = await store("history", "checkpoint", "--out", out)
        let text = try String(contentsOfFile: out, encoding: .utf8)
        let other = try store.folder.write(text.replacing("\n", with: "\r\n"), to: "crlf")
        let run = await store("history", "verify", "--checkpoint", out, other)
        #expect(run.status == .negative)
        #expect(
            run.lines.last
                == "checkpoint \(other) is not valid: its lines end in CR LF instead of LF: it was"
                + " converted, and is no longer what was signed")
        let object = try await store("history", "verify", "--json", "--checkpoint", out, other)
            .object()
        let difference = try #require(object["difference"] as? [String: Any])
        #expect(difference["kind"] as? String == "checkpoint")
        #expect(difference["file"] as? String == other)
        let results = try #require(object["checkpoints"] as? [[String: Any]])
        #expect(results.map { $0["unchanged"] as? Bool } == [true, false])
    }

    @Test func `a file that is missing or cannot be read is exit 66`() async throws {
        for path in ["/nonexistent/x", "/"] {
            let run = await store("history", "verify", "--checkpoint", path)
            #expect(run.status.rawValue == 66, "\(run.err)")
            #expect(run.out.isEmpty)
        }
        _ = await store("history", "checkpoint", "--out", out)
        let run = await store(
            "history", "verify", "--checkpoint", out, "--identity", "a", "--allowed-signers",
            "/nonexistent/x")
        #expect(run.status.rawValue == 66, "\(run.err)")
    }

    @Test func `the checkpoint before that was neither given nor kept is named`() async throws {
        for name in ["1", "2", "3"] {
            _ = await store("history", "checkpoint", "--out", "\(store.folder.path)/\(name)")
        }
        let files = ["1", "3"].map { "\(store.folder.path)/\($0)" }
        let known = await store.commandLine.run(["history", "verify", "--checkpoint"] + files)
        #expect(!known.err.contains("neither given nor kept"))
        try FileManager.default.removeItem(atPath: "\(store.folder.path)/state/checkpoints.jsonl")
        let run = await store.commandLine.run(["history", "verify", "--checkpoint"] + files)
        #expect(run.status == .done)
        #expect(run.err.contains("the checkpoint before \(files[1]) was neither given nor kept"))
        #expect(!run.err.contains("the checkpoint before \(files[0])"))
    }
}
