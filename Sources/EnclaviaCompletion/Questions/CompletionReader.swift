import EnclaviaBase
import GRDBSQLite

/// Answers completion queries from the history, with one read-only connection.
///
/// A store that is missing, locked or damaged gives no answers, since the user cannot act on an
/// error during completion. Uses SQLite without GRDB, to save what GRDB does at each opening.
package struct CompletionReader {
    private let path: String
    private let newestSchema: Int?
    private let milliseconds: Int64

    /// How long to wait for locks, in milliseconds.
    private static let lockLimit: CInt = 60

    /// - Parameters:
    ///   - path: the store, `history.db`.
    ///   - newestSchema: the newest schema that is read; `nil` to try each.
    ///   - milliseconds: how much processor time an answer may take. On a busy machine that can be a longer time.
    package init(path: String, newestSchema: Int? = nil, milliseconds: Int64 = 70) {
        self.path = path
        self.newestSchema = newestSchema
        self.milliseconds = milliseconds
    }

    /// The values that begin with the question's prefix, each once, newest first, at most 200.
    ///
    /// - Throws: ``CannotComplete`` if the schema is too new.
    package func answers(
        _ question: CompletionQuestion
    ) throws(CannotComplete) -> [CompletionAnswer] {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path.native, &database, flags, nil) == SQLITE_OK, let database else {
            return []
        }
        sqlite3_busy_timeout(database, Self.lockLimit)
        if let newestSchema {
            // A second wait for a lock would be too long.
            guard let version = Self.schema(database) else { return [] }
            if version > newestSchema { throw CannotComplete() }
        }
        var end = ProcessorTime.now + Double(milliseconds) / 1000
        return withUnsafeMutablePointer(to: &end) { end in
            sqlite3_progress_handler(
                database, 1000,
                { end in
                    let end = end?.assumingMemoryBound(to: Double.self).pointee ?? 0
                    return ProcessorTime.now >= end ? 1 : 0
                }, end)
            defer { sqlite3_progress_handler(database, 0, nil, nil) }
            return Self.rows(question, database)
        }
    }

    /// The store's version of the schema; `nil` if it cannot be read.
    private static func schema(_ database: OpaquePointer) -> Int? {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return nil }
        return Int(sqlite3_column_int64(statement, 0))
    }

    private static func rows(
        _ question: CompletionQuestion, _ database: OpaquePointer
    ) -> [CompletionAnswer] {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, question.sql, -1, &statement, nil) == SQLITE_OK else {
            return []
        }
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, argument) in question.arguments.enumerated() {
            sqlite3_bind_text(statement, CInt(index + 1), argument, -1, transient)
        }
        var seen: Set<String> = []
        var answers: [CompletionAnswer] = []
        while answers.count < CompletionQuestion.limit {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                guard let value = text(statement, 0), seen.insert(value).inserted else { continue }
                answers.append(
                    CompletionAnswer(
                        value: value, moment: text(statement, 1), detail: text(statement, 2),
                        digest: text(statement, 3), outcome: text(statement, 4),
                        notifyOutcome: text(statement, 5)))
            case SQLITE_DONE: return answers
            default: return []
            }
        }
        return answers
    }

    private static func text(_ statement: OpaquePointer?, _ column: CInt) -> String? {
        sqlite3_column_text(statement, column).map { String(cString: $0) }
    }
}

/// A value that completion may offer, and the data for its description.
package struct CompletionAnswer: Hashable, Sendable {
    package let value: String
    /// When it was last pushed, or seen: RFC 3339, in UTC.
    package let moment: String?
    /// Its owner and repository, or an enclave's name.
    package var detail: String?
    package var digest: String?
    package var outcome: String?
    package var notifyOutcome: String?

    package init(
        value: String, moment: String?, detail: String? = nil, digest: String? = nil,
        outcome: String? = nil, notifyOutcome: String? = nil
    ) {
        self.value = value
        self.moment = moment
        self.detail = detail
        self.digest = digest
        self.outcome = outcome
        self.notifyOutcome = notifyOutcome
    }
}
