import GRDB
import GRDBSQLite

/// A prepared statement that uses SQLite directly, for loops that run a million times.
///
/// Bytes that its columns return are valid until the next step.
final class RawStatement {
    private let database: OpaquePointer
    private let statement: OpaquePointer
    /// The statement of GRDB, if that made it and will finalize it.
    private let owner: Statement?
    /// The error of a bind that failed since the last step: the statement must not run with the previous value.
    private var bindFailure = SQLITE_OK

    /// - Throws: `DatabaseError`.
    init(_ db: Database, _ sql: String) throws {
        guard let database = db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE)
        }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else {
            throw Self.failure(code, database)
        }
        self.database = database
        self.statement = statement
        owner = nil
    }

    /// A statement with its arguments.
    ///
    /// - Throws: `DatabaseError`.
    init(_ db: Database, _ sql: SQL) throws {
        guard let database = db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE)
        }
        let owner = try SQLRequest<Row>(literal: sql).makePreparedRequest(db).statement
        self.database = database
        self.owner = owner
        statement = owner.sqliteStatement
    }

    deinit {
        if owner == nil { sqlite3_finalize(statement) }
    }

    /// Goes to the next row.
    ///
    /// - Returns: `false` after the last, when the statement is ready to run again.
    func step() throws -> Bool {
        guard bindFailure == SQLITE_OK else {
            let code = bindFailure
            bindFailure = SQLITE_OK
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: "a value cannot be bound")
        }
        switch sqlite3_step(statement) {
        case SQLITE_ROW:
            return true
        case SQLITE_DONE:
            sqlite3_reset(statement)
            return false
        case let code:
            let failure = Self.failure(code, database)
            sqlite3_reset(statement)
            throw failure
        }
    }

    /// Runs to the end.
    func run() throws {
        while try step() {}
    }

    /// Reads the first row only; `nil` if there is none.
    func first<Value>(_ read: (RawStatement) throws -> Value) throws -> Value? {
        defer { sqlite3_reset(statement) }
        return try step() ? try read(self) : nil
    }

    private static func failure(_ code: CInt, _ database: OpaquePointer) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(database)))
    }
}

extension RawStatement {
    /// Tells SQLite to copy what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func bind(_ value: Int64, at index: CInt) {
        note(sqlite3_bind_int64(statement, index, value))
    }

    private func note(_ code: CInt) {
        if code != SQLITE_OK { bindFailure = code }
    }

    func bind(_ value: String, at index: CInt) {
        var value = value
        value.withUTF8 { bytes in
            let empty: StaticString = ""
            let base = UnsafeRawPointer(bytes.baseAddress ?? empty.utf8Start)
            note(
                sqlite3_bind_text(
                    statement, index, base.assumingMemoryBound(to: CChar.self), CInt(bytes.count),
                    Self.transient))
        }
    }

    /// Binds a text by its bytes, which need not be valid UTF-8.
    func bind(text bytes: [UInt8], at index: CInt) {
        bytes.withUnsafeBytes {
            let empty: StaticString = ""
            let base = $0.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
            note(
                sqlite3_bind_text(
                    statement, index, base.assumingMemoryBound(to: CChar.self), CInt($0.count),
                    Self.transient))
        }
    }

    func bind(_ bytes: [UInt8], at index: CInt) {
        bytes.withUnsafeBytes {
            note(
                sqlite3_bind_blob(
                    statement, index, $0.baseAddress, CInt($0.count), Self.transient))
        }
    }

    func bindNull(at index: CInt) {
        note(sqlite3_bind_null(statement, index))
    }

    func bind(_ value: DatabaseValue, at index: CInt) {
        switch value.storage {
        case .null: bindNull(at: index)
        case .int64(let integer): bind(integer, at: index)
        case .string(let text): bind(text, at: index)
        case .double(let double): note(sqlite3_bind_double(statement, index, double))
        case .blob(let data): bind(Array(data), at: index)
        }
    }

    func isNull(_ column: CInt) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func isInteger(_ column: CInt) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_INTEGER
    }

    func isText(_ column: CInt) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_TEXT
    }

    func isBlob(_ column: CInt) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_BLOB
    }

    func integer(_ column: CInt) -> Int64 {
        sqlite3_column_int64(statement, column)
    }

    /// The bytes of a column's text, which need not be valid UTF-8.
    func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
        let base = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(
            start: base, count: Int(sqlite3_column_bytes(statement, column)))
    }

    func text(_ column: CInt) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    /// Whether a column is what `value` would be stored as.
    func equals(_ value: DatabaseValue, _ column: CInt) -> Bool {
        switch (value.storage, sqlite3_column_type(statement, column)) {
        case (.null, SQLITE_NULL): return true
        case (.int64(let integer), SQLITE_INTEGER): return integer == self.integer(column)
        case (.string(let text), SQLITE_TEXT):
            var text = text
            return text.withUTF8 { bytes(column).elementsEqual(UnsafeRawBufferPointer($0)) }
        default: return false
        }
    }
}
