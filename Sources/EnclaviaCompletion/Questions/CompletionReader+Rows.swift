import EnclaviaBase
import GRDBSQLite

extension CompletionReader {
    /// The store's version of the schema; `nil` if it cannot be read.
    static func schema(_ database: OpaquePointer) -> Int? {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return nil }
        return Int(sqlite3_column_int64(statement, 0))
    }

    /// The distinct values, at most ``CompletionQuestion/limit``; whether there are more; and how many rows were read.
    /// `nil` if the store cannot be read, or not in time.
    func rows(
        _ question: CompletionQuestion, _ database: OpaquePointer
    ) -> (values: [CompletionAnswer], isCut: Bool, read: Int)? {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, question.sql, -1, &statement, nil) == SQLITE_OK else {
            return nil
        }
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, argument) in question.arguments.enumerated() {
            sqlite3_bind_text(statement, CInt(index + 1), argument, -1, transient)
        }
        var seen: Set<String> = []
        var answers: [CompletionAnswer] = []
        var read = 0
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                read += 1
                guard let value = text(statement, 0), seen.insert(value).inserted else { continue }
                if answers.count == CompletionQuestion.limit { return (answers, true, read) }
                answers.append(
                    CompletionAnswer(
                        value: value, moment: text(statement, 1), detail: text(statement, 2),
                        digest: text(statement, 3), outcome: text(statement, 4),
                        notifyOutcome: text(statement, 5)))
            case SQLITE_DONE: return (answers, false, read)
            default: return nil
            }
        }
    }

    private func text(_ statement: OpaquePointer?, _ column: CInt) -> String? {
        sqlite3_column_text(statement, column).map { String(cString: $0) }
    }
}
