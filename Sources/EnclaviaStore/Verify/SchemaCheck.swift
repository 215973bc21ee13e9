import EnclaviaCore
import GRDB

/// Compares the schema, and the table `meta`, with what the migrations make: a view in another's place shows other
/// rows, and a trigger changes them. Other additions (a view, an index, a table, statistics) do neither, and are
/// allowed.
struct SchemaCheck {
    let db: Database

    /// An entry of `sqlite_schema`, without its root page.
    private struct Object: Hashable {
        let type: String
        let name: String
        let table: String
        let sql: String

        /// Whether it is certainly not a trigger, by its type and by its SQL.
        var isHarmless: Bool {
            let words = sql.firstWords(3)
            return type != "trigger"
                && [["TABLE"], ["VIEW"], ["INDEX"], ["UNIQUE", "INDEX"], ["VIRTUAL", "TABLE"]]
                    .contains { words.starts(with: ["CREATE"] + $0) }
        }
    }

    /// - Parameter report: gets the version of a schema that a newer program made, which cannot be compared.
    /// - Returns: the differences, by the names of the objects.
    func run(_ report: inout VerifyReport) throws -> [VerifyDifference] {
        let version = try Schema.version(db)
        guard version <= Schema.version else {
            report.newerSchema = version
            return []
        }
        guard version > 0, try version == Schema.version || !Self.isCurrent(db) else {
            return [.schema(object: "user_version")]
        }
        let found = try Self.objects(db)
        return try DatabaseQueue().inDatabase { fresh in
            let migrations = Schema.migrations.filter { $0.version <= version }
            do {
                try Schema.migrate(fresh, from: 0, through: migrations) {
                    try EventChain.id(db)
                }
            } catch is StoreError {
                return [.projection(table: "meta", key: EventChain.key, column: "value")]
            }
            let wanted = try Self.objects(fresh)
            let names = Set(wanted.map(\.name))
            let odd = found.filter { !$0.isHarmless || names.contains($0.name) }
            let differing = Set(Set(wanted).symmetricDifference(odd).map(\.name)).sorted()
            guard differing.isEmpty else { return differing.map { .schema(object: $0) } }
            // A name that is there twice.
            guard odd.count == wanted.count else { return [.schema(object: "sqlite_schema")] }
            return try meta(fresh).map { [$0] } ?? []
        }
    }

    /// Whether the schema has all that this version makes, whatever `user_version` says.
    static func isCurrent(_ db: Database) throws -> Bool {
        let found = try objects(db)
        guard let id = try? EventChain.id(db) else { return false }
        return try DatabaseQueue().inDatabase { fresh in
            try Schema.migrate(fresh, from: 0, through: Schema.migrations) { id }
            return try Set(objects(fresh)).isSubset(of: found)
        }
    }

    /// Compares `meta` by bytes and storage classes.
    private func meta(_ fresh: Database) throws -> VerifyDifference? {
        if let difference = try loggedThrough() { return difference }
        let sql = "SELECT key, value FROM meta WHERE key <> '\(LoggedThrough.key)' ORDER BY key"
        let found = try RawStatement(db, sql)
        for row in try Row.fetchAll(fresh, sql: sql) {
            guard try found.step(), found.equals(row[0] as DatabaseValue, 0),
                found.equals(row[1] as DatabaseValue, 1)
            else {
                return .projection(table: "meta", key: row[0] as String, column: "value")
            }
        }
        return try found.step() ? .projection(table: "meta", key: found.text(0), column: nil) : nil
    }

    /// Checks ``LoggedThrough``, which is not part of the history: the sequence number of an event, or 0.
    private func loggedThrough() throws -> VerifyDifference? {
        let row = try RawStatement(
            db, "SELECT value FROM meta WHERE key = '\(LoggedThrough.key)'")
        guard try row.step() else { return nil }
        let head = try EventChain.head(db).sequence
        guard row.isText(0), let sequence = Int64(row.text(0)), row.text(0) == "\(sequence)",
            0...head ~= sequence
        else { return .projection(table: "meta", key: LoggedThrough.key, column: "value") }
        return nil
    }

    /// The tables, indexes, views and triggers that have a text; what SQLite makes by itself has none.
    private static func objects(_ db: Database) throws -> [Object] {
        try Row.fetchAll(
            db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        ).map { row in
            Object(
                type: String(decoding: row.bytes(0), as: UTF8.self),
                name: String(decoding: row.bytes(1), as: UTF8.self),
                table: String(decoding: row.bytes(2), as: UTF8.self),
                sql: String(decoding: row.bytes(3), as: UTF8.self))
        }
    }
}

extension Row {
    /// The bytes of a text or a blob; an edited schema may hold either.
    fileprivate func bytes(_ column: Int) -> [UInt8] {
        switch (self[column] as DatabaseValue).storage {
        case .string(let text): Array(text.utf8)
        case .blob(let data): Array(data)
        case .null, .int64, .double: []
        }
    }
}

extension String {
    /// The first `count` words of an SQL text in upper case, without comments.
    fileprivate func firstWords(_ count: Int) -> [String] {
        var words: [String] = []
        var rest = Substring(self)
        while words.count < count {
            rest = rest.drop { $0.isWhitespace }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                guard let end = rest.dropFirst(2).firstRange(of: "*/") else { break }
                rest = rest[end.upperBound...]
            } else {
                let word = rest.prefix { $0.isLetter }
                guard !word.isEmpty else { break }
                words.append(word.uppercased())
                rest = rest.dropFirst(word.count)
            }
        }
        return words
    }
}
