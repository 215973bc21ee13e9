import EnclaviaBase
import GRDBSQLite

/// Answers completion queries from the history, with one read-only connection.
///
/// A store that is missing, locked or damaged gives no answers, since the user cannot act on an
/// error during completion. Uses SQLite without GRDB, to save what GRDB does at each opening.
package final class CompletionReader {
    private let path: String
    private let newestSchema: Int?
    private let milliseconds: Int64
    private var database: OpaquePointer?
    /// Whether the store could not be opened or read: it is not tried again.
    private var isUnusable = false

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

    deinit { sqlite3_close(database) }

    /// The values that match, each once, newest first, at most 200; and if there are more, the least and the
    /// greatest of them.
    ///
    /// None, rather than some that all begin with what others do not, if not all could be read.
    ///
    /// - Throws: ``CannotComplete`` if the schema is too new.
    package func answers(
        _ question: CompletionQuestion
    ) throws(CannotComplete) -> CompletionAnswers {
        guard !isUnusable, let database = try opened() else { return [] }
        let limit = question.isSearch ? min(milliseconds, Self.searchLimit) : milliseconds
        var end = ProcessorTime.now + Double(limit) / 1000
        return withUnsafeMutablePointer(to: &end) { end in
            sqlite3_progress_handler(
                database, 1000,
                { end in
                    let end = end?.assumingMemoryBound(to: Double.self).pointee ?? 0
                    return ProcessorTime.now >= end ? 1 : 0
                }, end)
            defer { sqlite3_progress_handler(database, 0, nil, nil) }
            return Self.answers(question, database)
        }
    }

    /// How much processor time may be spent on reading every value, in milliseconds.
    private static let searchLimit: Int64 = 40

    private func opened() throws(CannotComplete) -> OpaquePointer? {
        if let database { return database }
        isUnusable = true
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path.native, &database, flags, nil) == SQLITE_OK, let database else {
            return nil
        }
        sqlite3_busy_timeout(database, Self.lockLimit)
        if let newestSchema {
            // A second wait for a lock would be too long.
            guard let version = Self.schema(database) else { return nil }
            if version > newestSchema { throw CannotComplete() }
        }
        isUnusable = false
        return database
    }

    private static func answers(
        _ question: CompletionQuestion, _ database: OpaquePointer
    ) -> CompletionAnswers {
        guard let found = rows(question, database) else { return [] }
        var answers = CompletionAnswers(found.values, isCut: found.isCut)
        if question.isSearch { return found.isCut ? .tooMany : answers }
        let isWhole = { () -> Bool in
            guard found.read < CompletionQuestion.limit, !found.isCut else { return false }
            guard question.hasCheck, let rest = question.rest else { return true }
            return rows(CompletionQuestion(rest.sql, rest.arguments), database)?.values.isEmpty
                == true
        }
        if let ends = question.ends {
            if isWhole() { return answers }
            let ends = rows(ends, database)?.values ?? []
            // Some values that were read are left out, and an end may not be found among many.
            let isUnknown = question.hasCheck ? answers.isCut && ends.count < 2 : ends.isEmpty
            if isUnknown, answers.haveMore(than: question.prefix) { return .tooMany }
            add(ends, to: &answers)
            if answers.isCut { answers.ends += between(question, answers, database) }
        } else if let rest = question.rest, answers.haveMore(than: question.prefix) {
            let more = CompletionQuestion(rest.sql, rest.arguments)
            guard answers.isCut || rows(more, database)?.values.isEmpty != true else {
                return answers
            }
            guard let sql = rest.ends,
                let ends = rows(
                    CompletionQuestion(sql, CompletionQuestion.range(question.prefix)), database)?
                    .values
            else { return .tooMany }
            add(ends, to: &answers)
            answers.isCut = true
        }
        return answers
    }

    private static func add(_ ends: [CompletionAnswer], to answers: inout CompletionAnswers) {
        let known = Set(answers.values.map(\.value))
        answers.ends = ends.filter { !known.contains($0.value) }
        if !answers.ends.isEmpty { answers.isCut = true }
    }

    /// Where the least and the greatest value differ first in the case of a letter: a value that differs there in more,
    /// else the least and the greatest of each case. A shell that ignores case inserts what all begin with in any case.
    private static func between(
        _ question: CompletionQuestion, _ answers: CompletionAnswers, _ database: OpaquePointer
    ) -> [CompletionAnswer] {
        guard let (common, least, greatest) = answers.difference,
            String(least).lowercased() == String(greatest).lowercased()
        else { return [] }
        let ranges = [least, greatest].map { CompletionQuestion.range(common + String($0)) }
        let found = { (range: [String]) in
            question.ends(range).flatMap { rows($0, database)?.values } ?? []
        }
        let others = found([ranges[0][1], ranges[1][0]])
        return others.isEmpty ? ranges.flatMap(found) : others
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

    /// The distinct values, at most ``CompletionQuestion/limit``; whether there are more; and how many rows were read.
    /// `nil` if the store cannot be read, or not in time.
    private static func rows(
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

    private static func text(_ statement: OpaquePointer?, _ column: CInt) -> String? {
        sqlite3_column_text(statement, column).map { String(cString: $0) }
    }
}
