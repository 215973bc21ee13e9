import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Single edits of the file with a plain `sqlite3`: verify finds each of them.
///
/// ``VerifyTests`` changes random values; here each column, table, index, view, pragma and kind of prune event
/// is edited.
struct TamperTests {
    /// One edit of the file, and its name for the failure message.
    private struct Edit {
        let name: String
        let make: (TemporaryStore) throws -> Void
    }

    let store: TemporaryStore

    /// Records pushes, imports and a prune, so that each table has rows and some events are blank.
    init() async throws {
        store = try TemporaryStore()
        let journal = store.journal()
        for number in 0..<8 {
            await SamplePush(
                repository: "app\(number % 2)", tag: "v1",
                digest: SamplePush.digest(number)
            ).record(in: journal, store.clock)
            if number == 3 {
                _ = try await journal.prune(before: store.clock.now(), host: "laptop")
            }
        }
        await journal.close()
        try await store.importText(Corpus(count: 12).export)
        try store.edit {
            try $0.execute(
                sql: """
                    INSERT INTO enclave VALUES ('e', 'n', 'b', '2026-01-01T00:00:00.000Z');
                    INSERT INTO remote VALUES ('service=a', 1, NULL, 0, '2026-01-01T00:00:00.000Z', NULL, 'x');
                    """)
        }
    }

    /// Makes each edit on a copy of the same file, and verifies.
    ///
    /// - Parameter isWanted: whether the difference is an expected one, if other checks may find the same
    ///   edit.
    private func expectFound(
        _ edits: [Edit], _ isWanted: (VerifyDifference) -> Bool = { _ in true }
    ) throws {
        try store.checkpoint()
        let path = URL(filePath: store.paths.database.string)
        let sound = try Data(contentsOf: path)
        for edit in edits {
            try sound.write(to: path)
            try edit.make(store)
            do {
                let report = try store.history().verify(head: nil) { _ in }
                #expect(report.isIntact != true, "\(edit.name)")
                if let difference = report.difference {
                    #expect(isWanted(difference), "\(edit.name): \(difference)")
                }
            } catch {
                // An error about an unreadable file is acceptable too.
                #expect(error.reading, "\(edit.name): \(error)")
            }
            // A database with a malformed schema cannot be opened for the checkpoint.
            try? store.checkpoint()
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path.path + suffix)
            }
        }
        try sound.write(to: path)
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    /// An edit on a connection without foreign keys and check constraints.
    private static func sql(_ text: String) -> Edit {
        Edit(name: text) { store in
            let queue = try store.connect()
            try queue.writeWithoutTransaction { db in
                try db.execute(
                    sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
                try db.execute(sql: text)
            }
            try queue.close()
        }
    }

    private static let tables = [
        "event", "push", "push_json", "push_label", "reference", "repository", "local_image",
        "label", "tally", "meta",
    ]

    @Test func `verify finds a changed value in any column`() throws {
        let edits = try store.query { db in
            try Self.tables.flatMap { table in
                try db.columns(in: table).filter {
                    $0.name != "num"
                        && !($0.name != "data" && table == "event" && $0.type == "TEXT")
                }.map { column -> Edit in
                    let value =
                        switch column.type {
                        case "INTEGER": "coalesce(\(column.name), 0) + 1"
                        case "BLOB": "zeroblob(32)"
                        default: "coalesce(\(column.name), '') || 'x'"
                        }
                    return Self.sql(
                        """
                        UPDATE \(table) SET \(column.name) = \(value)
                        WHERE rowid = (SELECT rowid FROM \(table) ORDER BY 1 DESC LIMIT 1)
                        """.replacing(
                            "rowid", with: try db.primaryKey(table).columns.first ?? "rowid"))
                }
            }
        }
        #expect(edits.count > 85)
        try expectFound(edits)
    }

    @Test func `verify finds a missing or additional row`() throws {
        let keys = try store.query { db in
            try Self.tables.map { ($0, try db.primaryKey($0).columns[0]) }
        }
        let gone = keys.map { table, key in
            Self.sql(
                "DELETE FROM \(table) WHERE \(key) = (SELECT max(\(key)) FROM \(table))")
        }
        let more = [
            "INSERT INTO meta VALUES ('extra', 'x')", "INSERT INTO tally VALUES ('extra', 1)",
            "INSERT INTO push_json VALUES (99999, '{}')",
            "INSERT INTO push_label VALUES ('a', 'b', '2026-01-01T00:00:00.000Z', 1)",
            "INSERT INTO local_image VALUES ('x', 1, '2026-01-01T00:00:00.000Z', 'x')",
            "INSERT INTO label VALUES ('x', 'y', 1, '2026-01-01T00:00:00.000Z', 'x')",
            """
            INSERT INTO repository VALUES
                ('o', 'r', 1, '2026-01-01T00:00:00.000Z', 'x', NULL, 'failed', NULL)
            """,
            """
            INSERT INTO reference VALUES
                ('h', 'o', 'r', 't', 1, '2026-01-01T00:00:00.000Z', 'x', NULL, 'failed', NULL)
            """,
            "UPDATE tally SET name = name || char(0) || 'z'",
            "UPDATE meta SET value = value || char(0) || '9'",
            "UPDATE meta SET key = key || char(0) || '9'",
            "DELETE FROM event", "DELETE FROM push", "DELETE FROM event WHERE seq % 2 = 0",
        ].map(Self.sql)
        try expectFound(gone + more)
    }

    /// An index filled with another definition hides rows, although its definition is right again.
    @Test func `verify finds an index that was filled with another definition`() async throws {
        // Rows for the indexes of what needs attention.
        let journal = store.journal()
        await SamplePush(tag: "v2", notify: .pending).record(in: journal, store.clock)
        await SamplePush(tag: "v3", outcome: .failed).record(in: journal, store.clock)
        await journal.close()
        let indexes = try store.query { db in
            try Row.fetchAll(
                db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql <> ''"
            ).map { (name: $0[0] as String, sql: $0[1] as String) }
        }
        #expect(indexes.count > 20)
        try expectFound(
            indexes.map { index in
                Edit(name: "refilled \(index.name)") { store in
                    let bare = index.sql.components(separatedBy: "WHERE")[0]
                    try Self.define(index.name, as: bare + " WHERE 0", in: store)
                    let queue = try store.connect()
                    try queue.writeWithoutTransaction {
                        try $0.execute(sql: "REINDEX \(index.name)")
                    }
                    try queue.close()
                    try Self.define(index.name, as: index.sql, in: store)
                }
            })
    }

    /// Changes only the text of an object in the schema.
    private static func define(_ name: String, as sql: String, in store: TemporaryStore) throws {
        let queue = try store.connect()
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(
                sql: "UPDATE sqlite_schema SET sql = ? WHERE name = ?", arguments: [sql, name])
            let version = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
            try db.execute(sql: "PRAGMA schema_version = \(version + 1)")
        }
        try queue.close()
    }

    @Test func `verify finds a trigger in any spelling`() throws {
        let bodies = [
            "CREATE TRIGGER t AFTER INSERT ON push BEGIN SELECT 1; END",
            "create trigger t before delete on event begin select 1; end",
            "CREATE TRIGGER IF NOT EXISTS t AFTER UPDATE ON label BEGIN SELECT 1; END",
            "CREATE /* a view */ TRIGGER t AFTER UPDATE ON push BEGIN SELECT 1; END",
            "CREATE -- VIEW\nTRIGGER t AFTER UPDATE ON tally BEGIN SELECT 1; END",
            "CREATE TRIGGER t INSTEAD OF INSERT ON push_v1 BEGIN SELECT 1; END",
        ]
        let written = ["trigger", "TRIGGER", "view", "index", "table"].flatMap { type in
            ["CREATE/**/TRIGGER", "CREATE\n\tTRIGGER", "CREATE/*x*//*y*/ trigger"].map { begin in
                Edit(name: "\(type): \(begin)") { store in
                    let queue = try store.connect()
                    try queue.writeWithoutTransaction { db in
                        try db.execute(sql: "PRAGMA writable_schema = ON")
                        try db.execute(
                            sql: "INSERT INTO sqlite_schema VALUES (?, 't', 'push', 0, ?)",
                            arguments: [
                                type, "\(begin) t AFTER UPDATE ON push BEGIN SELECT 1; END",
                            ])
                    }
                    try queue.close()
                }
            }
        }
        try expectFound(bodies.map(Self.sql) + written)
    }

    @Test func `verify finds a view or a table that was replaced`() throws {
        let view = try store.query {
            try #require(
                try String.fetchOne($0, sql: "SELECT sql FROM sqlite_schema WHERE name = 'push_v1'")
            )
        }
        let views = [
            view.replacing("FROM push", with: "FROM push WHERE tag <> 'v1'"),
            view.replacing("digest, media", with: "previous_digest AS digest, media"),
            view.replacing("context_user,", with: "'mallory' AS context_user,"),
            "CREATE TABLE push_v1 AS SELECT * FROM push", "CREATE VIEW push_v1 AS SELECT 1",
        ].map { Self.sql("DROP VIEW push_v1; \($0)") }
        let others = [
            "DROP VIEW push_v1", "DROP TABLE enclave", "DROP TABLE label", "DROP INDEX push_digest",
            "ALTER TABLE push ADD COLUMN mood TEXT", "ALTER TABLE push RENAME COLUMN tag TO label",
            "ALTER TABLE push_label RENAME TO labels",
            "DROP INDEX push_tag; CREATE UNIQUE INDEX push_tag ON push (id)",
            "DROP INDEX push_tag; CREATE INDEX push_tag ON push (tag, started_at DESC)",
        ].map(Self.sql)
        try expectFound(views + others)
    }

    @Test func `no schema version turns off the comparison`() throws {
        try expectFound(
            (Array(0..<Schema.version) + [
                -1, Schema.version + 1, 99, Int(Int32.max), Int(Int32.min),
            ])
            .flatMap { version in
                [
                    Self.sql("PRAGMA user_version = \(version)"),
                    Self.sql(
                        "PRAGMA user_version = \(version); UPDATE push SET tag = 'x' WHERE num = 1"),
                ]
            } + [Self.sql("PRAGMA application_id = 1")])
    }

    @Test func `verify finds a value of another storage class`() throws {
        let loose = { (table: String, change: String) in
            Edit(name: change) { store in
                let sql = try store.query {
                    try #require(
                        try String.fetchOne(
                            $0, sql: "SELECT sql FROM sqlite_schema WHERE name = ?",
                            arguments: [table]))
                }
                try Self.define(table, as: sql.replacing(" STRICT", with: ""), in: store)
                try Self.sql(change).make(store)
                try Self.define(table, as: sql, in: store)
            }
        }
        try expectFound([
            Self.sql("UPDATE event SET data = CAST(data AS BLOB) WHERE seq = 30"),
            Self.sql("UPDATE event SET data = CAST(data AS BLOB)"),
            Self.sql("UPDATE event SET hash = CAST(hash AS TEXT) WHERE seq = 30"),
            Self.sql("UPDATE event SET data_hash = CAST(data_hash AS TEXT) WHERE seq = 30"),
            loose("push", "UPDATE push SET started_at = CAST(started_at AS BLOB) WHERE num = 5"),
            loose("push", "UPDATE push SET digest = CAST(digest AS BLOB) WHERE num = 5"),

            loose("tally", "UPDATE tally SET count = '8'"),
            loose("tally", "UPDATE tally SET count = 1e300"),
            loose("tally", "UPDATE tally SET name = 5"),
            loose("tally", "UPDATE tally SET name = x'ff'"),
            loose("meta", "UPDATE meta SET key = 1 WHERE key = 'minimum_writer'"),
            loose("meta", "UPDATE meta SET value = x'ff'"),
            loose("meta", "UPDATE meta SET value = 2.5"),
            loose("meta", "UPDATE meta SET value = CAST(value AS BLOB) WHERE key = 'chain_id'"),
            loose("push_json", "UPDATE push_json SET json = CAST(json AS BLOB) WHERE num = 5"),
        ])
    }

    /// Appends an event with valid hashes.
    private static func append(_ mark: String, time: String, _ db: Database) throws {
        let row = try #require(
            try Row.fetchOne(db, sql: "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"))
        let head = Array(row["hash"] as Data)
        let sequence = (row["seq"] as Int64) + 1
        let source = try #require(
            try String.fetchOne(
                db, sql: "SELECT 'urn:uuid:' || value FROM meta WHERE key = 'chain_id'"))
        let text = """
            {"data":\(mark),"datacontenttype":"application/json",\
            "id":"01a0c450-6c00-7f4b-bd95-bafcf2a4d27b","prevhash":"\(Hexadecimal.encode(head))",\
            "sequence":"\(CloudEvent.sequenceText(sequence))","source":"\(source)",\
            "specversion":"1.0","time":"\(time)","type":"io.enclavia.history.pruned"}
            """
        let hash = HashChain.dataHash(of: text)
        try db.execute(
            sql: "INSERT INTO event (seq, data, data_hash, hash) VALUES (?, ?, ?, ?)",
            arguments: [sequence, text, Data(hash), Data(HashChain.link(head, hash))])
    }

    private static func mark(
        _ ranges: String, events: Int, pushes: Int = 1, before: String = "2026-01-01T00:00:00.000Z",
        blanking blanks: String? = nil
    ) -> Edit {
        Edit(name: "\(ranges), \(events) events, \(pushes) pushes, \(before), \(blanks ?? "")") {
            store in
            let queue = try store.connect()
            try queue.writeWithoutTransaction { db in
                if let blanks {
                    try db.execute(sql: "UPDATE event SET data = NULL WHERE seq \(blanks)")
                }
                try append(
                    #"{"before":"\#(before)","pushes":\#(pushes),"events":\#(events),"ranges":\#(ranges)}"#,
                    time: "2026-11-24T00:00:00.000Z", db)
            }
            try queue.close()
        }
    }

    /// A prune event that lists a later event, which is blank.
    private static var markOfLaterEvent: Edit {
        Edit(name: "a mark of a later event") { store in
            let queue = try store.connect()
            try queue.writeWithoutTransaction { db in
                let next = try #require(
                    try Int64.fetchOne(db, sql: "SELECT max(seq) + 2 FROM event"))
                try append(
                    #"{"before":"2026-01-01T00:00:00.000Z","pushes":1,"events":1,"ranges":[[\#(next),\#(next)]]}"#,
                    time: "2026-11-24T00:00:00.000Z", db)
                let head = try #require(
                    try Data.fetchOne(db, sql: "SELECT hash FROM event ORDER BY seq DESC LIMIT 1"))
                let hash = HashChain.dataHash(of: "gone")
                try db.execute(
                    sql: "INSERT INTO event (seq, data_hash, hash) VALUES (?, ?, ?)",
                    arguments: [next, Data(hash), Data(HashChain.link(Array(head), hash))])
            }
            try queue.close()
        }
    }

    @Test func `verify finds a prune event that does not match its blank events`() throws {
        let last = Int64.max
        let edits = [
            Self.markOfLaterEvent,
            Self.mark("[[1,1000000000000000]]", events: 0, pushes: 0),
            Self.mark("[[1,\(last)]]", events: 1), Self.mark("[[1,\(last)],[3,4]]", events: 1),
            Self.mark("[[\(Int64.min),\(last)]]", events: 1), Self.mark("[[0,0]]", events: 1),
            Self.mark("[[-5,-1]]", events: 5), Self.mark("[]", events: 0),
            Self.mark("[]", events: 0, pushes: 0), Self.mark("[[60,60]]", events: 1),
            Self.mark("[[60,61,62]]", events: 2, blanking: "IN (60, 61)"),
            Self.mark("[[60]]", events: 1, blanking: "= 60"),
            Self.mark("[[61,60]]", events: 2, blanking: "IN (60, 61)"),
            Self.mark("[[61,61],[60,60]]", events: 2, blanking: "IN (60, 61)"),
            Self.mark("[[60,60],[60,60]]", events: 2, blanking: "= 60"),
            Self.mark("[[60,60]]", events: 2, blanking: "= 60"),
            Self.mark("[[60,60]]", events: 1, blanking: "IN (60, 61)"),
            Self.mark("[[60,60]]", events: 1, pushes: 0, blanking: "= 60"),
            Self.mark("[[60,60]]", events: 1, pushes: 2, blanking: "= 60"),
            Self.mark(
                "[[60,60]]", events: 1, before: "2027-01-01T00:00:00.000Z", blanking: "= 60"),
            Self.mark("[[60.5,61]]", events: 1, blanking: "= 60"),
            Self.mark(#"[["60","60"]]"#, events: 1, blanking: "= 60"),
            Self.mark("[[1,7]]", events: 7), Self.mark("[[1,Infinity]]", events: 1),
            Self.mark("[[60,60]]", events: 1, before: "x", blanking: "= 60"),
            Self.sql("UPDATE event SET data = NULL WHERE seq = 60"),
            Self.sql("UPDATE event SET data = NULL WHERE type = 'io.enclavia.history.pruned'"),
        ]
        try expectFound(edits) { difference in
            switch difference {
            case .prune, .blank, .unreadable: true
            default: false
            }
        }
    }

    /// Numbers that overflow a computation.
    @Test func `an event with the least sequence number does not crash verify`() throws {
        let sql = "UPDATE event SET seq = \(Int64.min) WHERE seq = 1"
        try expectFound([Self.sql(sql), Self.sql("UPDATE event SET seq = 0 WHERE seq = 1")])
    }

    @Test func `an event with the largest sequence number crashes neither verify nor a push`()
        async throws
    {
        try store.edit {
            try $0.execute(
                sql: """
                    INSERT INTO event (seq, data, data_hash, hash)
                    SELECT \(Int64.max), data, data_hash, hash FROM event LIMIT 1
                    """)
        }
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == false)
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        guard case .spool = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
    }

    @Test func `a newer store is reported as unproven, and its pushes are counted`() throws {
        try store.edit { try $0.execute(sql: "PRAGMA user_version = 99") }
        let report = try store.history().verify(head: nil) { _ in }
        #expect(report.isIntact == nil && report.difference == nil)
        #expect(report.pushes == (try store.history().summary().pushes))
    }
}

extension StoreError {
    /// Whether the error says that the store cannot be read.
    fileprivate var reading: Bool {
        switch self {
        case .corrupt, .inaccessible, .foreign: true
        case .full, .readOnly, .locked, .constraint, .unexpected, .tooNew, .unsafe, .cancelled:
            false
        }
    }
}
