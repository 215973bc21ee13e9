import EnclaviaCore
import EnclaviaStore
import GRDB
import Testing

/// `verify` after changes of the schema.
struct SchemaCheckTests {
    let store: TemporaryStore

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(Corpus(count: 5).export)
    }

    private func difference() throws -> VerifyDifference? {
        try store.history().verify(head: nil) { _ in }.difference
    }

    @Test func `verify finds a view with another definition`() throws {
        try store.edit { db in
            let sql = try #require(
                try String.fetchOne(
                    db, sql: "SELECT sql FROM sqlite_schema WHERE name = 'push_v1'"))
            try db.execute(sql: "DROP VIEW push_v1")
            try db.execute(
                sql: sql.replacing("context_user,", with: "'mallory' AS context_user,"))
        }
        #expect(try difference() == .schema(object: "push_v1"))
    }

    @Test(arguments: [
        ("CREATE TRIGGER t AFTER INSERT ON push BEGIN DELETE FROM label; END", "t"),
        ("DROP INDEX push_user", "push_user"), ("DROP VIEW push_v1", "push_v1"),
        ("DROP TABLE enclave", "enclave"),
        ("DROP INDEX push_user; CREATE INDEX push_user ON push (context_host)", "push_user"),
    ])
    func `verify finds a schema object that was added, removed or changed`(
        sql: String, name: String
    ) throws {
        try store.edit { try $0.execute(sql: sql) }
        #expect(try difference() == .schema(object: name))
    }

    @Test(arguments: [
        "CREATE VIEW mine AS SELECT id FROM push_v1", "CREATE INDEX mine ON push (engine_name)",
        "CREATE TABLE notes (id TEXT)", "ANALYZE", "VACUUM",
        "CREATE TABLE mine (push REFERENCES push (num) ON DELETE SET NULL)",
        "CREATE /* mine */ VIEW mine AS SELECT 1", "create unique index mine on push (id, tag)",
    ])
    func `verify ignores harmless objects that a user added`(sql: String) throws {
        let queue = try store.connect()
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        #expect(try difference() == nil)
    }
}
