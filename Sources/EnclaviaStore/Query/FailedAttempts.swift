import EnclaviaCore
import GRDB

/// The newest attempts of this machine that failed, where nothing has succeeded since: one of each reference, and
/// one of each destination of pushes that did not come to know their reference.
struct FailedAttempts {
    private let db: Database
    private let table: String
    /// The references that a selector means.
    private let names: (ReferenceSelector) throws -> [String]

    init(_ db: Database, names: @escaping (ReferenceSelector) throws -> [String]) throws {
        self.db = db
        self.names = names
        table = try PushPlace.table(db)
    }

    /// The rows of the pushes.
    func nums() throws -> [Int64] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT num, id, started_at, reference, destination FROM \(table)
                WHERE outcome = 'failed' AND origin_imported_at IS NULL ORDER BY num DESC
                """)
        var settled: Set<String> = []
        var found: [Int64] = []
        while let row = try rows.next() {
            let reference: String? = row[3]
            // A space is in no reference.
            let key = reference ?? " \(row[4] as String)"
            guard !settled.contains(key) else { continue }
            let attempt = Attempt(num: row[0], id: row[1], startedAt: row[2])
            switch try standing(of: attempt, among: reference.map { [$0] } ?? known(row[4])) {
            case .newest:
                found.append(attempt.num)
                settled.insert(key)
            case .over: settled.insert(key)
            case .spooled: break
            }
        }
        return found
    }

    private struct Attempt {
        let num: Int64
        let id: String
        let startedAt: String
    }

    private enum Standing {
        /// Nothing has succeeded since.
        case newest
        /// A push has succeeded since, and so since all that are before it in the table, too.
        case over
        /// A push has succeeded since; it came into the chain late, and others before it in the table may be
        /// later.
        case spooled
    }

    /// A push of this machine succeeded since where it has a later place in the chain than the attempt's first
    /// event, an imported one where it counts from a later time.
    private func standing(of attempt: Attempt, among references: [String]) throws -> Standing {
        let rank = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT min(\(PushPlace.eventRank)) FROM event WHERE push_id = ?"),
            arguments: [attempt.id]
        ).flatMap { $0[0] as Int64? }
        guard let rank else { return .over }
        for reference in references {
            let isOver = try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (
                            SELECT 1 FROM \(table) WHERE reference = :reference AND outcome = 'succeeded'
                                AND origin_imported_at IS NULL AND effective_rank > :rank)
                            OR EXISTS (
                                SELECT 1 FROM \(table) WHERE reference = :reference
                                    AND outcome = 'succeeded' AND origin_imported_at IS NOT NULL
                                    AND effective_at > :time)
                        """),
                arguments: ["reference": reference, "rank": rank, "time": attempt.startedAt])
            if isOver == true { return rank.isMultiple(of: 2) ? .over : .spooled }
        }
        return .newest
    }

    /// The references that a destination may have meant.
    private func known(_ destination: String) throws -> [String] {
        guard let selector = try? ReferenceSelector(destination) else { return [] }
        return try names(selector)
    }
}
