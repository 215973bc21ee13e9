import EnclaviaCore
import GRDB

/// Reads what the tags of a report pointed at.
struct ReportedTags {
    private let db: Database
    private let pushes: ReportedPushes
    private let table: String

    init(_ db: Database, _ pushes: ReportedPushes) throws {
        self.db = db
        self.pushes = pushes
        table = try PushPlace.table(db)
    }

    func all() throws -> ReportList<ReportTag> {
        let succeeded: SQL = """
            push.outcome = \(PushOutcome.succeeded.rawValue) AND push.reference IS NOT NULL
            """
        let keys: SQL = "GROUP BY push.reference"
        let rows = try Row.fetchAll(
            db,
            SQLRequest(
                literal: pushes.sql.select(
                    "push.reference, count(*)", also: succeeded,
                    """
                    \(keys) ORDER BY max(push.started_at) DESC, push.reference \
                    LIMIT \(HistoryReport.Limit.tags)
                    """)))
        let tags = try rows.map { row in try tag(row[0], pushes: row[1]) }
        return ReportList(
            tags, of: try pushes.total(pushes.sql.select("1", also: succeeded, keys)))
    }

    /// A move, before its record is read.
    private struct Found {
        let num: Int64
        let from: String?
        let effectiveAt: String
    }

    private func tag(_ reference: String, pushes matching: Int) throws -> ReportTag {
        let rows = try Row.fetchCursor(
            db,
            SQLRequest(
                literal: """
                    SELECT num, digest, effective_at, \(isBefore), \(isAfter)
                    FROM \(sql: table) AS push
                    WHERE reference = \(reference) AND outcome = 'succeeded'
                    ORDER BY effective_at, effective_rank, id
                    """))
        var previous: (num: Int64, digest: String?)?
        var before: Int64?
        var moves: [Found] = []
        var count = 0
        while let row = try rows.next() {
            try Task.checkCancellation()
            let (num, digest): (Int64, String?) = (row[0], row[1])
            let isMove = previous == nil || previous?.digest != digest
            if row[4] { break }
            if isMove, row[3] {
                before = num
            } else if isMove {
                count += 1
                moves.append(Found(num: num, from: previous?.digest, effectiveAt: row[2]))
                // Dropped in pieces, since a tag may have very many moves.
                if moves.count == 2 * HistoryReport.Limit.moves {
                    moves.removeFirst(HistoryReport.Limit.moves)
                }
            }
            previous = (num, digest)
        }
        return ReportTag(
            reference: reference, pushes: matching,
            before: try before.flatMap(pushes.reader.push),
            moves: ReportList(
                try moves.suffix(HistoryReport.Limit.moves).compactMap(move), of: count))
    }

    private func move(_ found: Found) throws -> ReportTag.Move? {
        guard let push = try pushes.reader.push(found.num),
            let effectiveAt = Timestamp(found.effectiveAt)
        else { return nil }
        return ReportTag.Move(
            push: push, from: found.from.flatMap { Digest($0) }, effectiveAt: effectiveAt)
    }

    /// Whether a push has its place in the order of pushes before the query's range.
    private var isBefore: SQL {
        pushes.query.since.map { "effective_at < \($0.description)" } ?? "FALSE"
    }

    private var isAfter: SQL {
        pushes.query.until.map { "effective_at >= \($0.description)" } ?? "FALSE"
    }
}
