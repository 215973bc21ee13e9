import Foundation
import TestSupport
import Testing

/// `history sync` with a real server: what it holds afterwards is what the machines hold.
struct HistorySyncTests {
    private func database() async throws -> FleetDatabase {
        try await Cluster.shared.value.database()
    }

    /// The events of the fixture are spooled, pruned and imported, and from wrong clocks.
    @Test(arguments: [1, 2, 3, 4, 5])
    func `the server gets each event and each finished record`(_ version: Int) async throws {
        let (database, machine) = (try await database(), try await Machine(version: version))
        let first = try await machine.sync(database.socketURL())
        let events = try await machine.sql("SELECT count(*) FROM event")
        #expect(first["sent_events"] as? Int == Int(events))
        #expect(first["last_sequence"] as? Int == Int(events))
        #expect(first["unsynced"] as? Int == 0)
        // Stores of the first versions have no id before they are written.
        let chain = try await machine.sql("SELECT value FROM meta WHERE key = 'chain_id'")
        #expect(first["chain"] as? String == (version < 3 ? nil : chain))
        try await FleetRows.expectEqual(database, [machine])
        let second = try await machine.sync(database.socketURL())
        #expect(second["sent_events"] as? Int == 0)
        #expect(second["last_sequence"] as? Int == Int(events))
        try await FleetRows.expectEqual(database, [machine])
    }

    /// Batches end at 500 pushes; the second sync begins in the middle of the first one's last segment.
    @Test func `many batches, and later ones, bring each event once`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        try await machine.importMadeUp(1_300, seed: 4)
        let first = try await machine.sync(database.socketURL())
        #expect(try #require(first["sent_pushes"] as? Int) >= 1_300)
        try await machine.attempt(2)
        try await machine.importMadeUp(20, seed: 5)
        let second = try await machine.sync(database.socketURL())
        #expect(second["sent_pushes"] as? Int == 22)
        try await FleetRows.expectEqual(database, [machine])
        let segments = try await database.sql("SELECT count(*) FROM enclavia.segment")
        #expect(segments == "4")
    }

    @Test func `a dry run counts, and changes nothing here or there`() async throws {
        let (database, machine) = (try await database(), try await Machine(version: 5))
        let before = try await machine.sql("SELECT count(*) FROM remote")
        let run = try await machine.enclavia(
            "history", "sync", "--dry-run", "--json",
            environment: ["ENCLAVIA_HISTORY_REMOTE": database.socketURL()])
        #expect(run.status == 0, "\(run.err)")
        let result = try run.object()
        #expect(
            result["unsynced"] as? Int == Int(try await machine.sql("SELECT max(seq) FROM event")))
        #expect(result["sent_events"] as? Int == 0)
        #expect(result["dry_run"] as? Bool == true)
        #expect(try await database.sql("SELECT count(*) FROM enclavia.chain") == "0")
        #expect(try await machine.sql("SELECT count(*) FROM remote") == before)
    }

    @Test func `two machines meet, and what one relays of the other is its own word`() async throws
    {
        let database = try await database()
        let (one, other) = (try await Machine(), try await Machine(version: nil))
        try await one.importMadeUp(30, seed: 6)
        try await other.attempt(3)
        let export = try await other.enclavia("history", "export", "-")
        try one.folder.write(export.out, to: "other.jsonl")
        let imported = try await one.enclavia("history", "import", "\(one.folder.path)/other.jsonl")
        #expect(imported.status == 0, "\(imported.err)")
        // The relayed records come first, and those of the machine itself replace them.
        _ = try await one.sync(database.socketURL())
        #expect(
            try await database.sql(
                "SELECT count(*) FROM enclavia.push WHERE relayed AND origin_host IS NOT NULL")
                != "0")
        _ = try await other.sync(database.socketURL())
        let own = try await database.sql(
            """
            SELECT count(*) FROM enclavia.push AS p JOIN enclavia.chain AS c ON c.num = p.chain
            WHERE NOT relayed AND origin_imported_at IS NULL AND c.last_seq = \(try await other.sql("SELECT max(seq) FROM event"))
            """)
        #expect(own == "3")
        try await FleetRows.expectEqual(database, [one, other])
        // The other order: a relayed record replaces nothing.
        let reverse = try await self.database()
        _ = try await other.sync(reverse.socketURL())
        _ = try await one.sync(reverse.socketURL())
        try await FleetRows.expectEqual(reverse, [one, other])
        #expect(try await reverse.sql("SELECT count(*) FROM enclavia.dispute") == "0")
    }

    /// jsonb refuses U+0000, and psql obeys backslashes.
    @Test func `texts of any kind arrive as they are`() async throws {
        let (database, machine) = (try await database(), try await Machine(version: nil))
        let texts = [
            "\\! touch owned", "\\\\u0000 \\u0000", "'; DROP TABLE enclavia.push; --",
            "$$ \\. \u{1}",
            ":'HOME' :\"x\" %s \\gexec", "é\u{301}\u{202E}", "a\nb\tc\r",
            "\"type\":\"io.enclavia.push.finished\"",
        ]
        let line = try #require(
            try await Run.shell(
                "python3 '\(Build.root)/Tests/Benchmarks/make-history.py' 1 9"
            ).out
                .split(separator: "\n").first)
        var record = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        var context = try #require(record["context"] as? [String: Any])
        let fields = ["host", "user", "git_branch", "ci_actor", "ci_provider", "ci_run_url"]
        for (field, text) in zip(fields, texts) { context[field] = text }
        record["context"] = context
        record["image_source"] = texts[6]
        record["image_revision"] = texts[7]
        // An index takes no row of more than 2,704 bytes, and compresses no random text.
        var long = record
        let text = (0..<200).map { _ in UUID().uuidString }.joined()
        for field in fields { context[field] = text }
        long["context"] = context
        long["image_revision"] = text
        long["id"] = "018bcfe6-4ef7-7ecb-9e58-9eb399ba7b86"
        let lines = try [record, long].map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
        try machine.folder.write(lines.joined(separator: "\n"), to: "hostile.jsonl")
        let imported = try await machine.enclavia(
            "history", "import", "\(machine.folder.path)/hostile.jsonl")
        #expect(imported.status == 0, "\(imported.err)")
        _ = try await machine.sync(database.socketURL())
        try await FleetRows.expectEqual(database, [machine])
        #expect(try await database.sql("SELECT count(*) FROM enclavia.push") == "2")
    }

    @Test func `syncs at once send each event once, and count it once`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        try await machine.importMadeUp(1_500, seed: 7)
        async let one = machine.sync(database.socketURL())
        async let two = machine.sync(database.socketURL())
        async let three = machine.sync(database.socketURL())
        let results = try await [one, two, three]
        let events = Int(try await machine.sql("SELECT count(*) FROM event"))
        #expect(results.compactMap { $0["sent_events"] as? Int }.reduce(0, +) == events)
        #expect(results.allSatisfy { $0["unsynced"] as? Int == 0 })
        try await FleetRows.expectEqual(database, [machine])
    }

    @Test func `an empty history has nothing to send`() async throws {
        let (database, machine) = (try await database(), try await Machine(version: nil))
        let run = try await machine.enclavia("history", "sync", database.socketURL())
        #expect(run.status == 0 && run.out.contains("no event yet"), "\(run)")
        #expect(try await database.sql("SELECT count(*) FROM enclavia.chain") == "0")
    }
}
