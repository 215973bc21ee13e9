import GRDB

/// One step of the schema, which never changes once it has been released: it only adds.
struct Migration: Sendable {
    /// The schema version that it makes, from 1; kept in `PRAGMA user_version`.
    let version: Int
    /// The oldest schema version whose programs may still write after it. What they would leave out of
    /// step (a new projection, say) raises it; a new index does not.
    let minimumWriter: Int
    let sql: String
}

/// The schema's versions.
enum Schema {
    /// `PRAGMA application_id`, which tells this program's stores from other SQLite files: "encl".
    static let applicationID: Int32 = 0x656E_636C

    static let migrations = [
        Migration.firstStore, Migration.tagChangeSource, Migration.pushOrder,
    ]

    static var version: Int { migrations.last?.version ?? 0 }

    /// The schema's version of a store.
    static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }
}
