import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Event logs of versions that named the host as the source.
struct OlderLogTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// The lines of the event log of a store of an older version, which went on in this one.
    private func lines() async throws -> [String] {
        try store.makeStateDirectory()
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/history-v2.sql")
        let text = try String(contentsOf: fixture, encoding: .utf8)
        let queue = try store.connect()
        try queue.inDatabase { try $0.execute(sql: text) }
        try queue.close()
        await SamplePush(tag: "new").record(in: store.journal(), store.clock)
        return try store.query {
            try String.fetchAll(
                $0, sql: "SELECT data FROM event WHERE data IS NOT NULL ORDER BY seq")
        }
    }

    private func compare(_ lines: [String]) throws -> LogComparison {
        let path = "\(store.root)/log.jsonl"
        try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
        return try store.history().compare([
            EventLogSource(file: "log.jsonl", source: .file(path: path))
        ]) { _ in }
    }

    @Test func `lines that name a host match by their place and text`() async throws {
        let lines = try await lines()
        let older = lines.filter { $0.contains("urn:enclavia:host:") }
        #expect(older.count > 5 && older.count < lines.count)
        #expect(try compare(older).matched == older.count)
        #expect(try compare(lines).matched == lines.count)
    }

    @Test func `lines of another host are of another chain, unless they follow this one`()
        async throws
    {
        var lines = try await lines()
        let other = lines.prefix(6).map {
            $0.replacing("urn:enclavia:host:laptop", with: "urn:enclavia:host:other")
                .replacing("\"prevhash\":\"", with: "\"prevhash\":\"0")
        }
        let mixed = try compare(lines + other)
        #expect(mixed.otherChains == 6 && mixed.differences.count == 0)

        lines[5] = lines[5].replacing("urn:enclavia:host:laptop", with: "urn:enclavia:host:other")
        #expect(try compare(lines).differences.listed.map(\.line) == [6])
        lines[5] = lines[5].replacing("urn:enclavia:host:other", with: "urn:enclavia:host:laptop")
            .replacing("\"specversion\":\"1.0\"", with: "\"specversion\":\"1.1\"")
        #expect(try compare(lines).differences.listed.map(\.line) == [6])
    }
}
