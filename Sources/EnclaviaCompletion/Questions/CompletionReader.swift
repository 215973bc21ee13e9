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
    /// The time at which all answers end, since they are one reply; it begins with the first.
    private lazy var end = ProcessorTime.now + Double(milliseconds) / 1000
    /// The time at which the statement that is running ends.
    private var statementEnd = 0.0

    /// How long to wait for locks, in milliseconds.
    private static let lockLimit: CInt = 60

    /// - Parameters:
    ///   - path: the store, `history.db`.
    ///   - newestSchema: the newest schema that is read; `nil` to try each.
    ///   - milliseconds: how much processor time all answers may take. On a busy machine that can be a longer time.
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
        guard ProcessorTime.now < end else { return .late }
        statementEnd = question.isSearch ? searchEnd : end
        guard let found = rows(question, database) else {
            return ProcessorTime.now < statementEnd ? [] : .late
        }
        var answers = CompletionAnswers(found.values, isCut: found.isCut)
        if question.isSearch { return found.isCut ? .tooMany : answers }
        if let ends = question.ends {
            let mayHaveMore = found.isCut || found.read >= CompletionQuestion.limit
            let isPartial = !mayHaveMore && mayHaveRest(question, database)
            guard mayHaveMore || isPartial else { return answers }
            let ends = rows(ends, database)?.values ?? []
            // Some values that were read are left out, and an end may not be found among many.
            let isUnknown = question.hasCheck ? answers.isCut && ends.count < 2 : ends.isEmpty
            if isUnknown, answers.haveMore(than: question.prefix) { return .tooMany }
            add(ends, to: &answers)
            if isPartial, !question.hasCheck, !answers.isEmpty { answers.isCut = true }
            if answers.isCut { answers.ends += between(question, answers, database) }
        } else if question.rest != nil, answers.isCut || mayHaveRest(question, database) {
            addRest(question, to: &answers, database)
        }
        return answers
    }

    /// How much processor time may be spent on reading every value, in milliseconds.
    private static let searchLimit = 40.0

    private var searchEnd: Double { min(end, ProcessorTime.now + Self.searchLimit / 1000) }

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
        sqlite3_progress_handler(
            database, 1000,
            { reader in
                guard let reader else { return 0 }
                let found = Unmanaged<CompletionReader>.fromOpaque(reader).takeUnretainedValue()
                return ProcessorTime.now >= found.statementEnd ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
        isUnusable = false
        return database
    }

    /// Whether there are, or may be, rows that the question did not read.
    private func mayHaveRest(_ question: CompletionQuestion, _ database: OpaquePointer) -> Bool {
        guard let rest = question.rest else { return false }
        let more = CompletionQuestion(rest.sql, rest.arguments)
        return rows(more, database)?.values.isEmpty != true
    }

    /// Adds the least and the greatest of all rows to answers that are not all, if something depends on them: whether
    /// a shell inserts what all answers begin with, or whether there is any.
    private func addRest(
        _ question: CompletionQuestion, to answers: inout CompletionAnswers,
        _ database: OpaquePointer
    ) {
        if !answers.values.isEmpty, !answers.haveMore(than: question.prefix) {
            answers.isCut = true
            return
        }
        // Other questions may follow, which are to have some time.
        if answers.values.isEmpty { statementEnd = searchEnd }
        let arguments = CompletionQuestion.range(question.prefix)
        guard let sql = question.rest?.ends,
            let ends = rows(CompletionQuestion(sql, arguments), database)?.values
        else {
            answers = answers.values.isEmpty ? [] : .tooMany
            return
        }
        if answers.values.isEmpty, ends.count == 1 {
            answers.values = ends
            return
        }
        add(ends, to: &answers)
        // One value that is the least and the greatest is the only one.
        if answers.values.count > 1 { answers.isCut = true }
    }

    private func add(_ ends: [CompletionAnswer], to answers: inout CompletionAnswers) {
        let known = Set(answers.values.map(\.value))
        answers.ends = ends.filter { !known.contains($0.value) }
        if !answers.ends.isEmpty { answers.isCut = true }
    }

    /// Where the least and the greatest value differ first in the case of a letter: a value that differs there in more,
    /// else the least and the greatest of each case. A shell that ignores case inserts what all begin with in any case.
    private func between(
        _ question: CompletionQuestion, _ answers: CompletionAnswers, _ database: OpaquePointer
    ) -> [CompletionAnswer] {
        guard let (common, least, greatest) = answers.difference,
            String(least).lowercased() == String(greatest).lowercased()
        else { return [] }
        let ranges = [least, greatest].map { CompletionQuestion.range(common + String($0)) }
        let found = { (range: [String]) in
            question.ends(range).flatMap { self.rows($0, database)?.values } ?? []
        }
        let others = found([ranges[0][1], ranges[1][0]])
        return others.isEmpty ? ranges.flatMap(found) : others
    }
}
