import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// The output of `history verify --against`.
struct VerifyAgainstTests {
    /// A store of four events, and their lines.
    private func store() async throws -> (RealStore, lines: [String]) {
        let store = try RealStore()
        try await store.take((0..<4).map { Sample.push($0) })
        return (store, await store("events").lines)
    }

    private func file(_ lines: some Sequence<String>, _ name: String, in store: RealStore) throws
        -> String
    {
        try store.folder.write(lines.map { $0 + "\n" }.joined(), to: name)
    }

    @Test func `a log that matches is reported after the history`() async throws {
        let (store, lines) = try await store()
        let (first, second) = (
            try file(lines[..<2], "first", in: store), try file(lines[2...], "second", in: store)
        )
        let verify = await store("history", "verify", "--against", second, "--against", first)
        #expect(verify.status == .done)
        #expect(verify.lines.first?.hasPrefix("intact: 4 events") == true)
        #expect(verify.lines.last == "the event log matches: 4 lines, events 1 to 4")
        #expect(verify.err.isEmpty)
        let json = try await store("history", "verify", "--against", first, "--json").object()
        let against = try #require(json["against"] as? [String: Any])
        #expect(json["intact"] as? Bool == true)
        #expect(against["matched"] as? Int == 2 && against["last_sequence"] as? Int == 2)
        #expect((against["files"] as? [[String: Any]])?.first?["file"] as? String == first)
        #expect(try await store("history", "verify", "--json").object()["against"] is NSNull)
    }

    @Test func `a line that differs is named, and the history is not called intact`() async throws {
        let (store, lines) = try await store()
        var edited = lines
        edited[1] = lines[1].replacing("alice", with: "bob")
        let log = try file(edited, "log", in: store)
        let verify = await store("history", "verify", "--against", log)
        #expect(verify.status == .negative)
        #expect(
            verify.lines == [
                "differs: 1 difference between the event log and the history",
                "\(log) line 2: event 2 in the history is not the one in the log: one of the two was"
                    + " changed",
            ])
        let json = await store("history", "verify", "--against", log, "--json")
        #expect(json.status == .negative)
        #expect(try json.object()["intact"] as? Bool == false)
        let against = try #require(try json.object()["against"] as? [String: Any])
        let difference = try #require((against["differences"] as? [[String: Any]])?.first)
        #expect(difference["kind"] as? String == "event" && difference["line"] as? Int == 2)
        #expect(against["difference_count"] as? Int == 1)
    }

    @Test func `what is no difference is noted on standard error`() async throws {
        let (store, lines) = try await store()
        let log = try store.folder.write(
            [lines[0], "text", lines[3], lines[3]].joined(separator: "\n"), to: "log")
        let verify = await store("history", "verify", "--against", log)
        #expect(verify.status == .done)
        #expect(
            verify.err == """
                the last line of \(log) is unfinished
                1 line is not events of enclavia
                1 line is repeated
                the event log has no line of 2 events: 2 to 3

                """)
    }

    @Test func `a log without a line of this history proves nothing`() async throws {
        let (store, _) = try await store()
        let log = try store.folder.write("text\n", to: "log")
        let verify = await store("history", "verify", "--against", log)
        #expect(verify.status == .negative)
        #expect(verify.lines.last == "no line of the event log is of this history")
    }

    @Test func `a compressed log is refused with the command that decompresses it`() async throws {
        let (store, _) = try await store()
        let log = "\(store.folder.path)/log.gz"
        try Data([0x1F, 0x8B, 8, 0]).write(to: URL(filePath: log))
        let verify = await store("history", "verify", "--against", log, "--json")
        #expect(verify.status == .data)
        let error = try verify.object()
        #expect(
            error["error"] as? String
                == "\(log) is not an event log: it is compressed with gzip")
        #expect(
            error["hint"] as? String
                == "gzip -dc '\(log)' | enclavia history verify --against -")
    }

    @Test func `a missing log is 66, and standard input is read once`() async throws {
        let (store, _) = try await store()
        #expect(await store("history", "verify", "--against", "/nonexistent").status.rawValue == 66)
        let twice = await store("history", "verify", "--against", "-", "--against", "-")
        #expect(twice.status == .usage)
    }
}
