import Foundation
import TestSupport
import Testing

/// Histories that go on differently: both are kept, and the last event in common is named.
struct SyncForkTests {
    private func database() async throws -> FleetDatabase {
        try await Cluster.shared.value.database()
    }

    @Test func `two machines made from one image become a chain and a branch`() async throws {
        let (database, one) = (try await database(), try await Machine())
        let common = Int(try await one.sql("SELECT max(seq) FROM event"))
        let two = try await one.clone()
        let three = try await one.clone()
        try await one.attempt(2)
        try await two.attempt(1)
        try await three.attempt(1)
        let first = try await one.sync(database.socketURL())
        #expect(first["forked_at"] is NSNull)
        for machine in [two, three] {
            let result = try await machine.sync(database.socketURL(), status: 1)
            #expect(result["forked_at"] as? Int == common)
            #expect(result["unsynced"] as? Int == 0 && result["missing"] as? Int == 0)
        }
        try await FleetRows.expectEqual(database, [one, two, three])
        #expect(try await database.sql("SELECT count(*) FROM enclavia.chain") == "3")

        // Each goes on where it stands, and nothing is sent twice.
        for machine in [one, two, three] {
            try await machine.attempt(1)
            let more = try await machine.sync(
                database.socketURL(), status: machine.folder.path == one.folder.path ? 0 : 1)
            let sent = try #require(more["sent_events"] as? Int)
            #expect(sent > 0 && sent < 10)
        }
        try await FleetRows.expectEqual(database, [one, two, three])
        #expect(try await database.sql("SELECT count(*) FROM enclavia.chain") == "3")
    }

    @Test func `a restored backup misses events, and what it adds is a branch`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        try await machine.attempt(1)
        let backup = try await machine.clone()
        try await machine.attempt(2)
        _ = try await machine.sync(database.socketURL())
        let last = try #require(Int(try await machine.sql("SELECT max(seq) FROM event")))
        let common = try #require(Int(try await backup.sql("SELECT max(seq) FROM event")))

        let run = try await backup.enclavia("history", "sync", database.socketURL())
        #expect(run.status == 1)
        #expect(run.err.contains("\(last - common) events are missing here"), "\(run.err)")
        let missing = try await backup.sync(database.socketURL(), status: 1)
        #expect(missing["missing"] as? Int == last - common)
        #expect(missing["forked_at"] is NSNull)
        #expect(missing["last_sequence"] as? Int == common)

        try await backup.attempt(1)
        let branch = try await backup.enclavia("history", "sync", database.socketURL())
        #expect(branch.status == 1)
        #expect(branch.err.contains("after event \(common) "), "\(branch.err)")
        try await FleetRows.expectEqual(database, [machine, backup])
    }

    /// The hashes of a rewritten past are right, and its record has a higher revision: it must not win.
    @Test func `a rewritten past is a branch and a dispute, and changes no record`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        _ = try await machine.sync(database.socketURL())
        let rewritten = try await machine.clone()
        let before = try await database.sql(
            "SELECT id, revision, digest FROM enclavia.push ORDER BY id")
        let run = try await Run.program(
            "python3",
            [
                try rewritten.folder.write(Self.rewrite, to: "rewrite.py"),
                "\(rewritten.folder.path)/state/history.db",
            ])
        try #require(run.status == 0, "\(run.err)")
        let changed = try #require(Int(run.out.trimmingCharacters(in: .newlines)))
        let result = try await rewritten.sync(database.socketURL(), status: 1)
        #expect(result["forked_at"] as? Int == changed - 1)
        #expect(
            try await database.sql("SELECT id, revision, digest FROM enclavia.push ORDER BY id")
                == before)
        #expect(
            try await database.sql(
                "SELECT count(*) FROM enclavia.dispute WHERE record ->> 'digest' = 'sha256:\(String(repeating: "0", count: 64))'"
            )
                == "1")
        // The machine itself stands where it stood.
        let own = try await machine.sync(database.socketURL())
        #expect(own["sent_events"] as? Int == 0)
    }

    /// Gives the last own succeeded push another digest and a higher revision, and links the chain again.
    private static let rewrite = #"""
        import hashlib, json, re, sqlite3, sys
        db = sqlite3.connect(sys.argv[1])
        db.execute('PRAGMA foreign_keys = OFF')
        rows = db.execute('SELECT seq, data, data_hash, hash FROM event ORDER BY seq').fetchall()
        changed = max(seq for seq, data, *_ in rows if data and '"type":"io.enclavia.push.finished"' in data
            and '"outcome":"succeeded"' in data)
        head = bytes(32)
        for seq, data, data_hash, _ in rows:
            if data and seq >= changed:
                if seq == changed:
                    digest = json.loads(data)['data']['push']['digest']
                    data = data.replace(digest, 'sha256:' + '0' * 64)
                    data = re.sub(r'"revision":\d+', '"revision":99', data)
                data = re.sub(r'"prevhash":"[0-9a-f]{64}"', f'"prevhash":"{head.hex()}"', data)
                data_hash = hashlib.sha256(data.encode()).digest()
            head = hashlib.sha256(head + data_hash).digest()
            db.execute('UPDATE event SET data = ?, data_hash = ?, hash = ? WHERE seq = ?', (data, data_hash, head, seq))
        db.commit()
        print(changed)
        """#
}
