import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Histories that salvage could take for whole, or for proven, and must not.
struct SalvageTruthTests {
    let fixture: SalvageFixture

    init() async throws {
        fixture = try await SalvageFixture.shared.value
    }

    /// A copy of the fixture that was edited with SQLite.
    private func edited(_ sql: String, _ bytes: [UInt8]? = nil) throws -> SalvageFolder {
        let folder = try SalvageFolder(bytes ?? fixture.bytes)
        let queue = try DatabaseQueue(path: folder.file)
        try queue.inDatabase { try $0.execute(sql: sql) }
        try queue.close()
        try? FileManager.default.removeItem(atPath: folder.file + "-wal")
        try? FileManager.default.removeItem(atPath: folder.file + "-shm")
        return folder
    }

    private func bytes(of store: TemporaryStore) throws -> [UInt8] {
        try store.checkpoint()
        return Array(try Data(contentsOf: URL(filePath: store.paths.database.string)))
    }

    private func compare(_ store: TemporaryStore, _ lines: [String]) throws -> LogComparison {
        let path = "\(store.root)/log.jsonl"
        try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
        return try store.history().compare([
            EventLogSource(file: "log.jsonl", source: .file(path: path))
        ]) { _ in }
    }

    private func texts(_ store: TemporaryStore) throws -> [String] {
        try store.query {
            try String.fetchAll(
                $0, sql: "SELECT data FROM event WHERE data IS NOT NULL ORDER BY seq")
        }
    }

    @Test func `events that the event log has, and the file lacks, are lost`() throws {
        let end = Int64(fixture.report.events)
        let folder = try edited(
            "UPDATE meta SET value = '\(end + 6)' WHERE key = 'logged_through'")
        let mark = try #require(try folder.salvage().mark)
        #expect(mark.lost == [[end + 1, end + 6]] && mark.sequence == end)
        let absurd = try edited(
            "UPDATE meta SET value = '\(Int64.max)' WHERE key = 'logged_through'")
        let unknown = try #require(try absurd.salvage().mark)
        #expect(unknown.lost.isEmpty && unknown.isEndUnknown)
        let negative = try edited(
            "UPDATE meta SET value = '\(Int64.min)' WHERE key = 'logged_through'")
        #expect(try negative.salvage().isWhole)
    }

    @Test(arguments: [
        "UPDATE event SET data = NULL WHERE seq = (SELECT max(seq) FROM event)",
        "UPDATE event SET data = 'x' WHERE seq = (SELECT max(seq) FROM event)",
        "UPDATE event SET data_hash = x'00' WHERE seq = (SELECT max(seq) FROM event)",
    ])
    func `a newest event that is no event any more is not left out unsaid`(
        _ edit: String
    ) throws {
        let rows = "DELETE FROM meta WHERE key = 'logged_through'; DELETE FROM push_json"
        let folder = try edited(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; \(edit); \(rows); DELETE FROM push"
        )
        let summary = try folder.salvage()
        #expect(summary.mark?.sequence == Int64(fixture.report.events) - 1, "\(summary)")
    }

    @Test func `a push that one table alone has is lost, and not a row that changed`() throws {
        let folder = try edited(
            """
            PRAGMA foreign_keys = OFF;
            CREATE TEMP TABLE newest AS SELECT num, id FROM push ORDER BY num DESC LIMIT 1;
            DELETE FROM event WHERE push_id = (SELECT id FROM newest);
            DELETE FROM push WHERE num = (SELECT num FROM newest);
            UPDATE meta SET value = (SELECT max(seq) FROM event) WHERE key = 'logged_through';
            """)
        let summary = try folder.salvage()
        #expect(!summary.isWhole && summary.lostPushes.count == 1, "\(summary)")
        #expect(summary.changedPushes.count == 0 && summary.pushes == fixture.lines.count - 1)
    }

    @Test func `a version that nothing else agrees with is damage`() throws {
        let folder = try edited("PRAGMA user_version = 221")
        let summary = try folder.salvage()
        #expect(summary.isWhole && summary.head == fixture.report.head)
        let newer = try edited("PRAGMA user_version = 221; ALTER TABLE push ADD COLUMN mood TEXT")
        #expect(
            throws: SalvageError.store(
                .tooNew(path: newer.file, version: "221"))
        ) { try newer.salvage() }
    }

    @Test func `a row that is no event does not say how many were lost`() throws {
        let text = #"{"data":{},"x":1,"sequence":"0009007199254740000"}"#
        let hash = Hexadecimal.encode(HashChain.dataHash(of: text))
        let folder = try edited(
            """
            INSERT INTO event (seq, data, data_hash, hash)
            VALUES (9007199254740000, '\(text)', x'\(hash)', x'\(hash)')
            """)
        let summary = try folder.salvage()
        #expect((summary.mark?.lostEvents ?? 0) < 10, "\(summary)")
        #expect(summary.pushes == fixture.lines.count)
    }

    @Test func `of two events that follow from one, the one with successors is kept`() throws {
        let end = Int64(fixture.report.events)
        let place = end - 12
        let text = try #require(fixture.events[place])
        let forged = text.replacing("alice", with: "mallory")
        try #require(forged != text)
        let dataHash = HashChain.dataHash(of: forged)
        let folder = try SalvageFolder(fixture.bytes)
        let made = folder.store.root + "/made.db"
        let queue = try DatabaseQueue(path: made)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH '\(folder.file)' AS old")
            let head = try #require(
                try Data.fetchOne(
                    db, sql: "SELECT hash FROM old.event WHERE seq = ?", arguments: [place - 1]))
            let hash = HashChain.link(Array(head), dataHash)
            try db.execute(
                sql: """
                    CREATE TABLE lost_and_found (rootpgno, pgno, nfield, id, c0, c1, c2, c3, c4);
                    INSERT INTO lost_and_found VALUES (3, 4, 4, ?, NULL, ?, ?, ?, NULL);
                    INSERT INTO lost_and_found SELECT 3, 4, 4, seq, NULL, data, data_hash, hash, NULL
                        FROM old.event;
                    """, arguments: [place, forged, Data(dataHash), Data(hash)])
        }
        try queue.close()
        let summary = try folder.salvage(made)
        #expect(summary.mark?.sequence == end)
        try fixture.check(try folder.salvaged(), summary, "forged")
    }

    @Test func `a second salvage knows the chains, and the losses, of the first`() async throws {
        let end = Int64(fixture.report.events)
        let first = try edited("DELETE FROM event WHERE seq = \(end - 5)")
        _ = try first.salvage()
        let store = try first.salvaged()
        await SamplePush(tag: "between").record(in: store.journal(), store.clock)
        let log = try texts(store)
        let second = try edited("DELETE FROM event WHERE seq = \(end - 15)", bytes(of: store))
        let summary = try second.salvage()
        let mark = try #require(summary.mark)
        #expect(mark.chain == fixture.chain && mark.formerChains.count == 1)
        let new = try second.salvaged()
        let comparison = try compare(new, log)
        #expect(comparison.otherChains == 0)
        // Each event after the last one that is left of the first chain.
        let lost = log.count { EventLogLineSequence.of($0) > mark.sequence }
        #expect(lost > 5 && comparison.differences.count == lost)
        #expect(comparison.differences.listed.allSatisfy { $0.kind == .lost })
    }

    @Test func `a third salvage knows the chains of the first two`() async throws {
        let end = Int64(fixture.report.events)
        var bytes = fixture.bytes
        var logs: [[String]] = []
        for cut in [5, 15] {
            let folder = try edited("DELETE FROM event WHERE seq = \(end - Int64(cut))", bytes)
            _ = try folder.salvage()
            let store = try folder.salvaged()
            await SamplePush(tag: "after-\(cut)").record(in: store.journal(), store.clock)
            logs.append(try texts(store))
            bytes = try self.bytes(of: store)
        }
        // Nothing is left of the newest chain but its name.
        let last = try edited("DELETE FROM event WHERE seq > \(end - 25)", bytes)
        let mark = try #require(try last.salvage().mark)
        #expect(mark.chain == fixture.chain && mark.formerChains.count == 1, "\(mark)")
        let folder = try edited("DELETE FROM event WHERE seq = \(end - 25)", bytes)
        let all = try #require(try folder.salvage().mark)
        #expect(all.chain == fixture.chain && all.formerChains.count == 2, "\(all)")
        let store = try folder.salvaged()
        for log in logs {
            let comparison = try compare(store, log)
            let lost = log.count { EventLogLineSequence.of($0) > all.sequence }
            #expect(comparison.otherChains == 0 && comparison.differences.count == lost)
        }
    }

    @Test func `a chain of which nothing is left keeps its name from the events`() throws {
        let folder = try edited(
            """
            UPDATE event SET data = 'x' WHERE seq = 1;
            UPDATE meta SET value = 'y' WHERE key = 'chain_id';
            """)
        let mark = try #require(try folder.salvage().mark)
        #expect(mark.sequence == 0 && mark.chain == fixture.chain)
    }

    @Test func `pushes whose notifications were not sent are named`() async throws {
        let store = try TemporaryStore()
        let journal = store.journal()
        await SamplePush(tag: "v1").record(in: journal, store.clock)
        await SamplePush(tag: "v2", notify: .pending).record(in: journal, store.clock)
        await SamplePush(tag: "v3", notify: .skipped).record(in: journal, store.clock)
        await journal.close()
        let folder = try edited("DELETE FROM event WHERE seq = 2", bytes(of: store))
        let summary = try folder.salvage()
        let pending = try store.query {
            try String.fetchAll($0, sql: "SELECT id FROM push WHERE tag = 'v2'")
        }
        #expect(summary.pendingPushes.listed.map(\.text) == pending)
    }

    @Test(arguments: [#","zz":1}"#, "}"])
    func `a salvaged event that does not begin another chain is a difference`(
        _ ending: String
    ) throws {
        let end = Int64(fixture.report.events)
        let folder = try edited("UPDATE meta SET value = '\(end + 6)' WHERE key = 'logged_through'")
        let summary = try folder.salvage()
        let store = try folder.salvaged()
        let isIntact = try store.verified().isIntact
        try #require(summary.mark?.pushes == 0 && isIntact == true)
        try store.edit {
            try $0.execute(
                sql: "UPDATE meta SET value = ? WHERE key = 'chain_id'", arguments: [fixture.chain])
        }
        try store.rewrite(from: end + 1) { text in
            text.dropLast().replacing(
                "\"source\":\"urn:uuid:\(summary.chain)\"",
                with: "\"source\":\"urn:uuid:\(fixture.chain)\"") + ending
        }
        let report = try store.verified()
        #expect(report.differences.listed == [.source(sequence: end + 1)])
    }
}

/// The sequence number of an event's text.
private enum EventLogLineSequence {
    static func of(_ line: String) -> Int64 {
        let key = #","sequence":""#
        guard let place = line.range(of: key, options: .backwards) else { return 0 }
        return Int64(line[place.upperBound...].prefix(19)) ?? 0
    }
}
