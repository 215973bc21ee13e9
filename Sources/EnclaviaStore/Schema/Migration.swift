import EnclaviaCore
import GRDB

/// One step of the schema, which never changes once it has been released: it only adds.
struct Migration: Sendable {
    /// The schema version that it makes, from 1; kept in `PRAGMA user_version`.
    let version: Int
    /// The oldest schema version whose programs may still write after it. A change that they would not keep up to
    /// date, such as a new projection, raises it; a new index does not.
    let minimumWriter: Int
    /// An index that it makes, by which a store of this version is known without its settings; needed if an older
    /// program may still write.
    var index: String?
    let sql: String
    /// Makes the SQL of a record's JSON text with the keys that the step adds, from the SQL of the text without
    /// them; `nil` if it adds none. A read-only connection does not migrate, so it completes the texts of an older
    /// store as it reads them. Another program may migrate the store meanwhile, so a text may be complete already.
    var completedJSON: (@Sendable (_ json: String) -> String)?

    /// Hides the table `push_json` of a store of `version` behind a view with the keys that it lacks; `nil` where it
    /// lacks none.
    static func viewOfRecords(since version: Int) -> String? {
        let steps = Schema.migrations.filter { $0.version > version }.compactMap(\.completedJSON)
        guard !steps.isEmpty else { return nil }
        let json = steps.reduce("json") { json, complete in complete(json) }
        return "CREATE TEMP VIEW push_json AS SELECT num, \(json) AS json FROM main.push_json"
    }
}

/// The schema's versions.
package enum Schema {
    static let applicationID = StoreSchema.applicationID

    static let migrations = [
        Migration.firstStore, Migration.tagChangeSource, Migration.pushOrder,
        Migration.attention, Migration.remotes,
    ]

    /// The newest version, which a store that is written has.
    package static var version: Int { migrations.last?.version ?? 0 }

    /// The schema's version of a store.
    static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    /// Checks that a database is a store.
    ///
    /// - Throws: ``StoreError/foreign(path:lostMarks:)``.
    static func checkApplication(_ db: Database, path: String) throws {
        let found = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard found != applicationID else { return }
        throw StoreError.foreign(path: path, lostMarks: found == 0 ? marks(db) : nil)
    }

    /// The settings that a store has lost, if its tables exist: `.dump` of the sqlite3 shell leaves the settings
    /// out. `nil` if the database is not a store.
    static func marks(_ db: Database) -> StoreMarks? {
        let sql = """
            SELECT meta.value FROM meta LEFT JOIN (SELECT 1 FROM event, push LIMIT 0)
            WHERE meta.key = 'minimum_writer'
            """
        // A database without these tables is not a store.
        guard let text = try? String.fetchOne(db, sql: sql), let writer = Int(text) else {
            return nil
        }
        let version = migrations.last { migration in
            migration.version == writer
                || migration.index.map { isThere(index: $0, db) } ?? false
        }?.version
        return StoreMarks(applicationID: applicationID, version: version ?? writer)
    }

    private static func isThere(index name: String, _ db: Database) -> Bool {
        let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?"
        return (try? Int.fetchOne(db, sql: sql, arguments: [name])) == 1
    }
}
