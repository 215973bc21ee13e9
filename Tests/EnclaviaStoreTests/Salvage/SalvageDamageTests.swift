import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

/// Damage at random places, and files that the sqlite3 shell has made of a history.
struct SalvageDamageTests {
    let fixture: SalvageFixture

    init() async throws {
        fixture = try await SalvageFixture.shared.value
    }

    /// `ENCLAVIA_FUZZ_ROUNDS` of `make soak` is for functions that take microseconds.
    private static let rounds = max(40, Fuzz.rounds / 100)

    @Test func `damage at a random place never makes a history that differs, or an unknown push`()
        throws
    {
        let seed = UInt64.random(in: 0...(.max))
        var generator = SeededRandom(seed: seed)
        for round in 0..<Self.rounds {
            var bytes = fixture.bytes
            let place = generator.roll(bytes.count)
            let page = place / SalvageFixture.pageSize * SalvageFixture.pageSize
            let kind = generator.roll(4)
            switch kind {
            case 0: bytes[place] ^= UInt8(1 << generator.roll(8))
            case 1: bytes[place] = UInt8(generator.roll(256))
            case 2:
                // The header of the page.
                bytes[page + generator.roll(12)] = UInt8(generator.roll(256))
            default:
                for place in page..<min(page + SalvageFixture.pageSize, bytes.count) {
                    bytes[place] = UInt8(generator.roll(256))
                }
            }
            let name = "seed \(seed), round \(round), kind \(kind), byte \(place)"
            do {
                try fixture.salvage(bytes, name)
            } catch {
                Issue.record("\(name): \(error)")
            }
        }
    }

    /// Runs the sqlite3 shell on a file.
    private func shell(_ command: String, _ folder: SalvageFolder) async throws -> Run {
        try await Run.shell(
            "sqlite3 '\(folder.file)' \(command) | sqlite3 '\(folder.store.root)/made.db'")
    }

    @Test func `a dump that was loaded again is salvaged whole`() async throws {
        let folder = try SalvageFolder(fixture.bytes)
        let run = try await shell(".dump", folder)
        try #require(run.status == 0, "\(run.err)")
        let summary = try folder.salvage(folder.store.root + "/made.db")
        #expect(summary.isWhole, "\(summary)")
        let new = try folder.salvaged()
        try fixture.check(new, summary, "dump")
        #expect(try fixture.differing(new) == [])
    }

    @Test func `what recover of the sqlite3 shell makes is salvaged`() async throws {
        for page in (try fixture.pages()["event"] ?? []).prefix(3) {
            var bytes = fixture.bytes
            let start = (page - 1) * SalvageFixture.pageSize
            for place in start..<(start + SalvageFixture.pageSize) { bytes[place] = 0 }
            let folder = try SalvageFolder(bytes)
            let made = folder.store.root + "/made.db"
            let run = try await shell(".recover", folder)
            let tables = try await Run.program("sqlite3", [made, ".tables"])
            // Not every shell has the command.
            guard run.status == 0, tables.out.contains("push_json") else { continue }
            let summary = try folder.salvage(made)
            try fixture.check(try folder.salvaged(), summary, "page \(page)")
        }
    }

    @Test func `rows that recover could assign to no table are salvaged`() throws {
        let folder = try SalvageFolder(fixture.bytes)
        let made = folder.store.root + "/made.db"
        let queue = try DatabaseQueue(path: made)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    ATTACH '\(folder.file)' AS old;
                    CREATE TABLE lost_and_found (rootpgno, pgno, nfield, id, c0, c1, c2, c3, c4);
                    INSERT INTO lost_and_found SELECT 3, 4, 4, seq, NULL, data, data_hash, hash, NULL
                        FROM old.event;
                    INSERT INTO lost_and_found SELECT 7, 8, 2, num, NULL, json, NULL, NULL, NULL
                        FROM old.push_json;
                    """)
        }
        try queue.close()
        let summary = try folder.salvage(made)
        #expect(summary.mark?.sequence == Int64(fixture.report.events))
        #expect(summary.mark?.isEndUnknown == true && summary.mark?.lostEvents == 0)
        let new = try folder.salvaged()
        try fixture.check(new, summary, "lost_and_found")
        #expect(try fixture.differing(new) == [])
    }

    @Test func `a trigger or a view in the file is not run`() throws {
        let folder = try SalvageFolder(fixture.bytes)
        let queue = try DatabaseQueue(path: folder.file)
        try queue.write { db in
            try db.execute(
                sql: """
                    ALTER TABLE event RENAME TO hidden;
                    CREATE VIEW event AS SELECT 1 AS seq, 'x' AS data, x'00' AS data_hash, x'00' AS hash;
                    CREATE VIEW push_json AS SELECT 1 FROM hidden;
                    """.replacing("CREATE VIEW push_json AS SELECT 1 FROM hidden;", with: ""))
        }
        try queue.close()
        let summary = try folder.salvage()
        let new = try folder.salvaged()
        // Nothing says how far the events went.
        #expect(summary.mark?.isEndUnknown == true && summary.mark?.lostEvents == 0)
        try fixture.check(new, summary, "view")
    }

    @Test func `an edited event breaks the chain, and what follows is imported`() throws {
        let folder = try SalvageFolder(fixture.bytes)
        let queue = try DatabaseQueue(path: folder.file)
        let end = Int64(fixture.report.events)
        try queue.write { db in
            try db.execute(
                sql: "UPDATE event SET data = replace(data, 'alice', 'mallory') WHERE seq = ?",
                arguments: [end - 20])
        }
        try queue.close()
        let summary = try folder.salvage()
        let mark = try #require(summary.mark)
        #expect(mark.sequence == end - 21 && mark.lost == [[end - 20, end - 20]])
        #expect(mark.unprovenEvents == 20 && !mark.isEndUnknown)
        let new = try folder.salvaged()
        try fixture.check(new, summary, "edited")
        let imported = try new.query { db in
            try Int.fetchOne(
                db,
                sql:
                    "SELECT count(*) FROM event WHERE type = 'io.enclavia.push.imported' AND seq > ?",
                arguments: [mark.sequence])
        }
        #expect(imported == mark.pushes && mark.pushes > 0)
    }

    @Test func `a lost prune is named, and its events stay blank`() throws {
        let folder = try SalvageFolder(fixture.bytes)
        let queue = try DatabaseQueue(path: folder.file)
        try queue.write { db in
            try db.execute(
                sql: "UPDATE event SET data = x'' WHERE type = 'io.enclavia.history.pruned'")
        }
        try queue.close()
        let summary = try folder.salvage()
        let mark = try #require(summary.mark)
        #expect(!mark.blanked.isEmpty)
        try fixture.check(try folder.salvaged(), summary, "prune")
    }

    @Test func `a row that no event supports is left out, unless two tables agree on it`() throws {
        let line = try #require(fixture.lines.values.first)
        let id = try #require(SalvageFixture.id(of: line))
        let folder = try SalvageFolder(fixture.bytes)
        let queue = try DatabaseQueue(path: folder.file)
        try queue.write { db in
            try db.execute(
                sql: """
                    UPDATE push_json SET json = replace(json, ',"id":"' || ?, ',"id":"' || ?)
                    WHERE num = (SELECT num FROM push WHERE id = ?)
                    """, arguments: [id, String(id.dropLast(4)) + "ffff", id])
        }
        try queue.close()
        let summary = try folder.salvage()
        #expect(summary.mark == nil && summary.changedPushes.count == 0, "\(summary)")
        #expect(summary.lostPushes.count == 1)
        try fixture.check(try folder.salvaged(), summary, "row")
    }

    @Test(arguments: [true, false])
    func `lost newest events are found by the rows that they made`(isLogged: Bool) throws {
        let folder = try SalvageFolder(fixture.bytes)
        let queue = try DatabaseQueue(path: folder.file)
        let end = Int64(fixture.report.events)
        try queue.write { db in
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "DELETE FROM event WHERE seq > ?", arguments: [end - 30])
            if !isLogged { try db.execute(sql: "DELETE FROM meta WHERE key = 'logged_through'") }
        }
        try queue.inDatabase { try $0.execute(sql: "VACUUM") }
        try queue.close()
        let summary = try folder.salvage()
        let mark = try #require(summary.mark)
        #expect(mark.sequence == end - 30 && mark.isEndUnknown != isLogged)
        #expect(mark.lost == (isLogged ? [[end - 29, end]] : []))
        #expect(mark.pushes > 0 && summary.pushes == fixture.lines.count)
        try fixture.check(try folder.salvaged(), summary, "tail")
    }

    @Test func `a salvaged event elsewhere, or with other contents, is found by verify`() throws {
        let page = try #require(try fixture.pages()["event"]?.dropFirst(3).first)
        var bytes = fixture.bytes
        let start = (page - 1) * SalvageFixture.pageSize
        for place in start..<(start + SalvageFixture.pageSize) { bytes[place] = 0 }
        let folder = try SalvageFolder(bytes)
        let mark = try #require(try folder.salvage().mark)
        let edits: [(String, String)] = [
            (
                "\"chain\":\"\(fixture.chain)\"",
                "\"chain\":\"\(String(fixture.chain.dropLast(4)))ffff\""
            ),
            ("\"chain\":\"\(fixture.chain)\"", "\"chain\":null"),
            ("\"head\":\"\(mark.head)\"", "\"head\":\"\(String(repeating: "0", count: 64))\""),
            ("\"lost_events\":\(mark.lostEvents)", "\"lost_events\":0"),
            ("\"sequence\":\(mark.sequence)", "\"sequence\":\(mark.sequence - 1)"),
            ("\"blanked\":[]", "\"blanked\":[[1,1]]"),
            ("history.salvaged", "history.pruned"),
        ]
        for (from, to) in edits {
            let new = try folder.salvaged()
            try new.rewrite(from: mark.sequence + 1) { $0.replacing(from, with: to) }
            let report = try new.verified()
            #expect(report.isIntact == false, "\(to)")
        }
        let new = try folder.salvaged()
        try new.rewrite(from: mark.sequence + 1) { $0 }
        try new.expectIntact()
    }
}

extension TemporaryStore {
    /// Changes one event's text, and makes the hashes of it and of all later ones anew, with the previous hashes in
    /// their texts.
    func rewrite(from first: Int64, _ change: (String) -> String) throws {
        try edit { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT seq, data, hash FROM event WHERE seq >= ? ORDER BY seq",
                arguments: [first - 1])
            var old = ""
            var head = [UInt8](repeating: 0, count: 32)
            for row in rows {
                let (sequence, hash) = (row[0] as Int64, Array(row[2] as Data))
                defer { old = Hexadecimal.encode(hash) }
                guard sequence >= first else {
                    head = hash
                    continue
                }
                var text = row[1] as String
                if sequence == first { text = change(text) }
                text = text.replacing(
                    "\"prevhash\":\"\(old)\"", with: "\"prevhash\":\"\(Hexadecimal.encode(head))\"")
                let dataHash = HashChain.dataHash(of: text)
                head = HashChain.link(head, dataHash)
                try db.execute(
                    sql: "UPDATE event SET data = ?, data_hash = ?, hash = ? WHERE seq = ?",
                    arguments: [text, Data(dataHash), Data(head), sequence])
            }
        }
    }
}
