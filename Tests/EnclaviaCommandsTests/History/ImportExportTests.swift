import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// `history export`, `import`, `prune`, `verify` and `stats`, on a real store.
struct ImportExportTests {
    private let pushes = (0..<5).map {
        Sample.push($0, tag: "v\($0 % 2)", at: "2026-08-0\($0 + 1)T10:00:00Z")
    }

    @Test func `another store can import an export, in any order and repeatedly`() async throws {
        let first = try RealStore()
        let second = try RealStore()
        let file = try first.file(pushes.shuffled())
        let imported = await first("history", "import", file, "--json")
        #expect(try imported.object()["imported"] as? Int == 5)
        let exported = await first("history", "export")
        #expect(try exported.lines == pushes.map { try Sample.stored($0).json })
        let copy = try second.folder.write(exported.out, to: "copy.jsonl")
        let summary = await second("history", "import", copy)
        #expect(
            summary.out
                == "5 records read: 5 imported, 0 updated, 0 already known, 0 from this machine\n")
        let again = try await second("history", "import", copy, "--json").object()
        #expect(again["unchanged"] as? Int == 5)
        #expect(await second("history", "export").out == exported.out)
    }

    @Test func `an import with a bad line names the line and imports nothing`() async throws {
        let store = try RealStore()
        let good = try pushes.map { try Sample.stored($0).json }
        let bad = good[2].replacingOccurrences(of: "\"tag\":\"v0\"", with: "\"tag\":\"a b\"")
        let file = try store.folder.write(
            ([good[0], good[1], bad] + good[3...]).joined(separator: "\n") + "\n", to: "bad.jsonl")
        let outcome = await store("history", "import", file, "--json")
        #expect(outcome.status == .data)
        let error = try outcome.object()
        #expect(error["kind"] as? String == "data")
        #expect(
            (error["error"] as? String)?.hasPrefix("line 3 of \(file) is not a valid record")
                == true)
        #expect(await store("history", "--json").out == "[]\n")
    }

    @Test func `an empty name is no file`() async throws {
        let outcome = try await RealStore()("history", "import", "")
        #expect(outcome.status == .usage)
        #expect(outcome.err.contains("the name of a file is empty"))
    }

    @Test func `the error for a file that cannot be read names the file`() async throws {
        let outcome = try await RealStore()("history", "import", "/nonexistent/x.jsonl", "--json")
        #expect(outcome.status == .imageNotFound)
        #expect(try outcome.object()["kind"] as? String == "file_not_found")
        #expect(
            (try outcome.object()["error"] as? String)?.contains("/nonexistent/x.jsonl") == true)
    }

    @Test func `an export replaces the file, and only its owner can read it`() async throws {
        let store = try RealStore()
        try await store.take(pushes)
        let file = try store.folder.write("old\n", to: "out.jsonl", mode: 0o644)
        let outcome = await store("history", "export", file)
        #expect(outcome.out.isEmpty)
        #expect(outcome.err == "exported 5 pushes to \(file)\n")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(await store("history", "export").out == text)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: store.folder.path)
        #expect(names.allSatisfy { !$0.hasPrefix(".out") })
    }

    @Test func `an export takes the filters of list, oldest first`() async throws {
        let store = try RealStore()
        let failed = Sample.push(9, tag: "v1", at: "2026-08-04T12:00:00Z") { push in
            push.state = .failed(
                PushFailure(stage: .push, kind: "refused", message: "no"), contradicted: nil)
            push.labels = ["team": "red"]
        }
        try await store.take(pushes + [failed])
        for filter in [
            ["--tag", "v1"], ["--outcome", "failed"], ["--label", "team=red"],
            ["--since", "2026-08-02", "--until", "2026-08-04"],
            ["--tag", "v0", "--tag", "v1", "--outcome", "succeeded"], ["--moves"],
            ["--repository", "nothing"],
        ] {
            let listed = await store.commandLine.run(
                ["history", "list", "--reverse", "--format", "jsonl"] + filter)
            let exported = await store.commandLine.run(["history", "export"] + filter)
            let ids = try [listed, exported].map { outcome in
                try outcome.lines.map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    return (object as? [String: Any])?["id"] as? String
                }
            }
            #expect(ids[0] == ids[1], "\(filter)")
            #expect(ids[1].isEmpty == (filter[1...].first == "nothing"))
            #expect(exported.status == .done && exported.err.isEmpty)
        }
        let file = "\(store.folder.path)/failed.jsonl"
        let outcome = await store("history", "export", file, "--outcome", "failed")
        #expect(outcome.err == "exported 1 push to \(file)\n")
        let wrong = await store("history", "export", "--since", "now", "--until", "7d")
        #expect(wrong.status == .usage && wrong.err.contains("the range is inverted"))
    }

    @Test func `an export to a device does not replace the device`() async throws {
        let store = try RealStore()
        try await store.take(pushes)
        #expect(await store("history", "export", "/dev/null").status == .done)
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test func `an export to a missing directory fails and creates nothing`() async throws {
        let store = try RealStore()
        let folder = "\(store.folder.path)/missing"
        let outcome = await store("history", "export", "\(folder)/out.jsonl", "--json")
        #expect(outcome.status == .usage)
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(try outcome.object()["kind"] as? String == "usage")
    }

    @Test func `stats count by day and repository`() async throws {
        let store = try RealStore()
        let failed = Sample.push(9, at: "2026-08-05T23:30:00Z") { push in
            push.state = .failed(
                PushFailure(stage: .push, kind: "refused", message: "no"), contradicted: nil)
            push.notify = .none
        }
        let pending = Sample.push(8, at: "2026-08-05T12:00:00Z") { $0.notify.outcome = .pending }
        try await store.take(pushes + [failed, pending])
        let stats = try await store("history", "stats", "--json").object()
        let days = try #require(stats["days"] as? [[String: Any]])
        #expect(days.count == 5)
        let last = try #require(days.last)
        #expect(last["day"] as? String == "2026-08-05" && last["pushes"] as? Int == 3)
        #expect(last["success_rate"] as? Double == 0.6667)
        #expect(last["notify_rate"] as? Double == 0.5)
        var east = store.commandLine
        east.zone = LocalZone { _ in 3600 }
        let filtered = try await east("history", "stats", "--json", "--outcome", "failed").object()
        let only = try #require(filtered["days"] as? [[String: Any]])
        #expect(only.map { $0["day"] as? String } == ["2026-08-06"])
        #expect(only[0]["notify_rate"] is NSNull)
        let bars = CommandLineRun(adapters: store.adapters, out: CommandLineRun.terminal(80))
        let table = await bars("history", "stats")
        #expect(table.out.contains("████████████████████"))
        #expect(table.lines.contains { $0.hasPrefix("2026-08-05") && $0.contains("66%") })
        #expect(table.lines.last?.hasPrefix("total       all ") == true)
    }

    @Test func `verify distinguishes an intact history from an edited one`() async throws {
        let store = try RealStore()
        try await store.take(pushes)
        let intact = try await store("history", "verify", "--json").object()
        #expect(intact["intact"] as? Bool == true && intact["difference"] is NSNull)
        let head = try #require(intact["head"] as? String)
        #expect(await store("history", "verify", "--head", head.uppercased()).status == .done)
        let spoken = await store("history", "verify")
        #expect(spoken.lines.contains("head: \(head)"))
        #expect(spoken.err == "")
        #expect(spoken.lines.first?.hasPrefix("intact: 5 events since 2026-11-23 12:00") == true)
        #expect(spoken.lines.dropFirst().first?.hasPrefix("5 pushes imported (") == true)
        let unknown = String(repeating: "0", count: 64)
        #expect(await store("history", "verify", "--head", unknown).status == .negative)
        #expect(await store("history", "verify", "--head", "abc").status == .usage)

        try await edit(store, "UPDATE push SET digest = replace(digest, '0', '1') WHERE tag = 'v1'")
        let edited = await store("history", "verify", "--json")
        #expect(edited.status == .negative)
        let difference = try #require(try edited.object()["difference"] as? [String: Any])
        #expect(difference["kind"] as? String == "projection")
        #expect(difference["table"] as? String == "push")
        let words = await store("history", "verify")
        #expect(words.status == .negative)
        #expect(words.lines.first?.hasPrefix("differs: ") == true)
        let id = try #require(difference["push_id"] as? String)
        let (found, expected) = (
            try #require(difference["found"] as? String),
            try #require(difference["expected"] as? String)
        )
        #expect(found == expected.replacing("0", with: "1").replacing("sha256", with: "sha256"))
        #expect(
            words.lines.contains(
                "push \(id.suffix(8)): digest: the table has \(found), but the events have \(expected)"
            ))
        let all = try #require(try edited.object()["differences"] as? [[String: Any]])
        #expect(all.count == words.lines.count - 1)
        #expect(try edited.object()["difference_count"] as? Int == all.count)
        var line = store.commandLine
        line.out = CommandLineRun.terminal(80, color: true)
        #expect(await line("history", "verify").out.hasPrefix("\u{1B}[31mdiffers:"))
    }

    private func edit(_ store: RealStore, _ sql: String) async throws {
        let database = "\(store.folder.path)/state/history.db"
        let run = try await Run.program("sqlite3", [database, sql])
        #expect(run.status == 0, "\(run.err)")
    }

    @Test func `prune requires --yes, counts with --dry-run and keeps each tag's newest push`()
        async throws
    {
        let store = try RealStore()
        for push in pushes { await store.succeed(push) }
        let refused = await store("history", "prune", "--before", "2026-08-05", "--json")
        #expect(refused.status == .usage)
        let counted = try await store(
            "history", "prune", "--before", "2026-08-05", "--dry-run", "--json"
        ).object()
        #expect(counted["pushes"] as? Int == 3 && counted["dry_run"] as? Bool == true)
        #expect(counted["before"] as? String == "2026-08-05T00:00:00.000Z")
        #expect(try await store("history", "--json").array().count == 5)
        let pruned = await store("history", "prune", "--before", "2026-08-05", "--yes")
        #expect(pruned.status == .done && pruned.out.hasPrefix("deleted "))
        let left = try await store("history", "--json").array().compactMap { $0["id"] as? String }
        #expect(left == [pushes[4].id.text, pushes[3].id.text])
        #expect(await store("history", "verify").status == .done)
        let nothing = await store("history", "prune", "--before", "2026-08-05", "--yes", "--json")
        #expect(try nothing.object()["events"] as? Int == 0)
    }
}
