import GRDBSQLite

/// A prepared statement of SQLite's C API.
package final class SQLiteStatement {
    /// What a parameter is bound to.
    package enum Argument: Hashable, Sendable {
        case text(String)
        case integer(Int64)
        case null

        package init(_ text: String?) {
            self = text.map(Argument.text) ?? .null
        }
    }

    private let database: OpaquePointer
    private let statement: OpaquePointer
    /// Tells SQLite to copy what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// - Throws: ``SQLiteFailure``.
    package init(_ database: OpaquePointer, _ sql: String) throws(SQLiteFailure) {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(database, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw SQLiteFailure(code, database) }
        self.database = database
        self.statement = statement
    }

    deinit { sqlite3_finalize(statement) }

    /// Starts again, with other arguments, from the first parameter on.
    package func restart(_ arguments: [Argument]) throws(SQLiteFailure) {
        sqlite3_reset(statement)
        for (index, argument) in arguments.enumerated() {
            let number = CInt(index + 1)
            let code =
                switch argument {
                case .text(let text):
                    sqlite3_bind_text(statement, number, text, -1, Self.transient)
                case .integer(let integer): sqlite3_bind_int64(statement, number, integer)
                case .null: sqlite3_bind_null(statement, number)
                }
            guard code == SQLITE_OK else { throw SQLiteFailure(code, database) }
        }
    }

    /// Goes to the next row.
    ///
    /// - Returns: `false` after the last.
    package func step() throws(SQLiteFailure) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteFailure(code, database)
        }
    }

    /// `nil` for NULL.
    package func text(_ column: CInt) -> String? {
        sqlite3_column_text(statement, column).map { String(cString: $0) }
    }

    /// 0 for NULL.
    package func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }

    package func isNull(_ column: CInt) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }
}

/// A statement that is prepared when it is first used: where nothing needs attention, most are not.
final class LazyStatement {
    private let database: OpaquePointer
    private let sql: String
    private var statement: SQLiteStatement?

    init(_ database: OpaquePointer, _ sql: String) {
        self.database = database
        self.sql = sql
    }

    func prepared() throws(SQLiteFailure) -> SQLiteStatement {
        if let statement { return statement }
        let made = try SQLiteStatement(database, sql)
        statement = made
        return made
    }

    /// Whether there is a row for these arguments whose first column is neither 0 nor NULL.
    func isTrue(_ arguments: [SQLiteStatement.Argument]) throws(SQLiteFailure) -> Bool {
        let statement = try prepared()
        try statement.restart(arguments)
        return try statement.step() && statement.integer(0) != 0
    }
}

/// An error of SQLite.
///
/// Source: <https://www.sqlite.org/rescode.html>.
package struct SQLiteFailure: Error, Hashable, Sendable {
    /// The extended result code.
    package let code: CInt
    package let message: String

    init(_ code: CInt, _ database: OpaquePointer) {
        self.code = code == SQLITE_OK ? SQLITE_MISUSE : sqlite3_extended_errcode(database)
        message = String(cString: sqlite3_errmsg(database))
    }

    /// The schema has a version that this program does not know.
    package init(unknownSchema version: Int) {
        code = SQLITE_SCHEMA
        message = "the schema has the unknown version \(version)"
    }
}
