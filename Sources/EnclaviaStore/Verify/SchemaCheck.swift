import EnclaviaCore
import GRDB

/// Compares the schema with what the migrations make: a view in another's place shows other rows, and a
/// trigger changes them. What somebody added beside (a view, an index, statistics) does neither, and is
/// let be.
struct SchemaCheck {
    let db: Database

    /// - Parameter report: told where a newer program made the schema, which cannot be compared then.
    /// - Returns: the first difference, by the names of the objects.
    func run(_ report: inout VerifyReport) throws -> VerifyDifference? {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= Schema.version else {
            report.newerSchema = version
            return nil
        }
        let wanted = try Self.made(through: version)
        let found = try Self.objects(db)
        let odd = found.filter { wanted[$0.key] == nil && $0.value.hasPrefix("CREATE TRIGGER") }
        let changed = wanted.filter { found[$0.key] != $0.value }
        return (Array(odd.keys) + changed.keys).min().map { .schema(object: $0) }
    }

    /// What the migrations make, in memory.
    private static func made(through version: Int) throws -> [String: String] {
        try DatabaseQueue().inDatabase { fresh in
            let migrations = Schema.migrations.filter { $0.version <= version }
            try Schema.migrate(fresh, from: 0, through: migrations)
            return try objects(fresh)
        }
    }

    /// The text of each table, index, view and trigger, by its name; what SQLite makes by itself has none.
    private static func objects(_ db: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }
}
