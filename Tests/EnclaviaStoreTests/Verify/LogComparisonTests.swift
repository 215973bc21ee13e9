import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

/// The comparison of event logs with the history.
struct LogComparisonTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// Records two pushes, and returns the lines of the event log: 14 events.
    private func record() async throws -> [String] {
        for tag in ["v1", "v2"] {
            let journal = store.journal()
            await SamplePush(tag: tag).record(in: journal, store.clock)
            await journal.close()
        }
        return try store.lines(store.paths.eventLog.string)
    }

    /// Compares texts, each of which is a file.
    private func compare(_ texts: String...) throws -> LogComparison {
        let logs = try texts.enumerated().map { index, text in
            let path = "\(store.root)/\(index).jsonl"
            try Data(text.utf8).write(to: URL(filePath: path))
            return EventLogSource(file: "\(index).jsonl", source: .file(path: path))
        }
        return try store.history().compare(logs) { _ in }
    }

    private func text(_ lines: some Sequence<String>) -> String {
        lines.map { $0 + "\n" }.joined()
    }

    @Test func `a whole log matches, in rotated pieces of any order`() async throws {
        let lines = try await record()
        let whole = try compare(text(lines))
        #expect(whole.matched == 14 && whole.differences.count == 0)
        #expect(whole.gaps.extent == 1...14 && whole.gaps.count == 0)
        #expect(whole.files == [LogComparison.File("0.jsonl", lines: 14, isUnfinished: false)])
        let pieces = try compare(text(lines[9...]), text(lines[..<4]), text(lines[4..<9]))
        #expect(pieces.matched == 14 && pieces.differences.count == 0 && pieces.gaps.count == 0)
        #expect(pieces.files.map(\.lines) == [5, 4, 5])
    }

    @Test func `gaps, repeated lines and other programs' lines are no differences`() async throws {
        let lines = try await record()
        let found = try compare(
            "\u{FEFF}" + text(lines[2..<5]) + "Nov 23 sshd: accepted\n\n{\"a\":1}\n"
                + text(lines[8...]),
            text([lines[3], String(lines[6].prefix(90))]) + lines[5].prefix(300))
        #expect(found.differences.count == 0)
        #expect(found.matched == 10 && found.duplicates == 1)
        #expect(found.foreign == 2 && found.damaged == 1)
        #expect(found.gaps.extent == 3...14)
        #expect(found.gaps.listed == [6...8] && found.gaps.events == 3)
        #expect(found.files.map(\.isUnfinished) == [false, true])
    }

    @Test func `a last line without a newline is compared if it is whole`() async throws {
        let lines = try await record()
        let found = try compare(String(text(lines).dropLast()))
        #expect(found.matched == 14 && found.files[0].isUnfinished)
    }

    @Test func `lines of other chains are counted, and alone they prove nothing`() async throws {
        let lines = try await record()
        let other = try TemporaryStore()
        await SamplePush().record(in: other.journal(), other.clock)
        let others = try other.lines(other.paths.eventLog.string)
        let both = try compare(text(lines + others))
        #expect(both.matched == 14 && both.otherChains == 7 && both.differences.count == 0)
        let alone = try compare(text(others))
        #expect(alone.differences.listed == [LogDifference(.nothing)])
        #expect(try compare("").differences.listed == [LogDifference(.nothing)])
    }

    /// Each changes line 5 of the log.
    @Test(arguments: [
        ("another event's text", LogDifference.Kind.event),
        ("other data", .event), ("source in upper case", .event), ("source escaped", .event),
        ("two sources", .place), ("spaces", .event), ("carriage return", .event),
        ("place of the future", .missing), ("no valid place", .place),
        ("place as a number", .place),
        ("zero", .place),
    ])
    func `a line that contradicts the history is named`(
        change: String, kind: LogDifference.Kind
    ) async throws {
        var lines = try await record()
        let line = lines[4]
        let place = "\"sequence\":\"0000000000000000005\""
        let source = try #require(
            line.range(of: "urn:uuid:[0-9a-f-]+", options: .regularExpression))
        let chain = String(line[source])
        lines[4] =
            switch change {
            case "another event's text":
                lines[5].replacing("\"sequence\":\"0000000000000000006\"", with: place)
            case "other data": line.replacing("alice", with: "bob")
            case "source in upper case": line.replacing(chain, with: chain.uppercased())
            case "source escaped": line.replacing("\"urn:uuid", with: "\"\\u0075rn:uuid")
            case "two sources":
                line.replacing(
                    "\"source\":", with: "\"source\":\"urn:uuid:x\",\"source\":"
                )
                .replacing(place, with: "\"sequence\":\"x\"")
            case "spaces": line.replacing("{\"data\":", with: "{ \"data\":")
            case "carriage return": line + "\r"
            case "place of the future":
                line.replacing(place, with: "\"sequence\":\"0000000000000000015\"")
            case "no valid place": line.replacing(place, with: "\"sequence\":\"5\"")
            case "place as a number": line.replacing(place, with: "\"sequence\":5")
            default: line.replacing(place, with: "\"sequence\":\"0000000000000000000\"")
            }
        try #require(lines[4] != line)
        let found = try compare(text(lines))
        #expect(found.matched == 13)
        let difference = try #require(found.differences.listed.first)
        #expect(found.differences.count == 1)
        #expect(difference.kind == kind)
        #expect(difference.file == "0.jsonl" && difference.line == 5)
    }

    @Test func `of two lines for one event that differ, one is a difference`() async throws {
        let lines = try await record()
        let found = try compare(text(lines + [lines[3].replacing("alice", with: "bob")]))
        #expect(found.differences.listed.map(\.line) == [15])
        #expect(found.duplicates == 1)
    }

    @Test func `zeros that a power loss left are no differences`() async throws {
        let lines = try await record()
        let found = try compare(text(lines) + "\0\0\0" + lines[3] + "\n\0\0\0\n")
        #expect(found.matched == 14 && found.damaged == 2 && found.differences.count == 0)
    }

    @Test func `a history that lost its end, or was rebuilt, contradicts the log`() async throws {
        let lines = try await record()
        try store.edit { try $0.execute(sql: "DELETE FROM event WHERE seq > 9") }
        let shorter = try compare(text(lines))
        #expect(shorter.matched == 9 && shorter.differences.count == 5)
        #expect(shorter.differences.listed.map(\.kind) == Array(repeating: .missing, count: 5))
        #expect(shorter.differences.listed.compactMap(\.sequence) == Array(10...14))
        try store.edit {
            try $0.execute(
                sql: "UPDATE event SET data = replace(data, 'alice', 'mallory') WHERE seq = 4")
        }
        #expect(try compare(text(lines)).differences.listed.map(\.line) == [4] + Array(10...14))
    }

    @Test func `pruned events are compared by the hash of their text`() async throws {
        let lines = try await record()
        try store.edit { try $0.execute(sql: "UPDATE event SET data = NULL WHERE seq < 8") }
        #expect(try compare(text(lines)).matched == 14)
        var edited = lines
        edited[2] = lines[2].replacing("\"specversion\":\"1.0\"", with: "\"specversion\":\"1.1\"")
        #expect(try compare(text(edited)).differences.listed.map(\.line) == [3])
    }

    @Test func `no more than fifty differences and gaps are listed, and all are counted`()
        async throws
    {
        try await store.importText(Corpus(count: 300).export)
        let stored = try store.query {
            try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq")
        }
        let some = stored.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        let gaps = try compare(text(some)).gaps
        #expect(gaps.count == some.count - 1 && gaps.events == Int64(some.count - 1))
        #expect(gaps.listed.count == 50)
        let spaced = try compare(text(stored.map { $0 + " " }))
        #expect(spaced.differences.count == stored.count)
        #expect(spaced.differences.listed.count == 50)
    }
}
