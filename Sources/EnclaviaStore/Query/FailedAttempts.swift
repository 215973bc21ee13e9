import EnclaviaCore
import GRDB

/// Finds the newest failed push of this machine to each reference, if none has succeeded since; and to each
/// destination whose reference is unknown.
///
/// A push may fail before its reference is known: nobody is logged in, or there is no such image. It then counts
/// for the reference of the newest earlier push to the same destination, since it would have been pushed there, or
/// else for the only reference that its destination matches. Such a failure is resolved once a later push to the
/// same destination or reference knows its reference, whatever its outcome: the cause is gone then.
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

    /// The rows of these pushes. Leaves out a destination that can never succeed, such as one in another user's
    /// namespace: that was reported when it was typed.
    func nums() throws -> [Int64] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT num, id, started_at, reference, destination FROM \(table)
                WHERE outcome = 'failed' AND failure_kind IS NOT 'usage'
                    AND origin_imported_at IS NULL
                ORDER BY num DESC
                """)
        // The keys for which all remaining rows are older than one that was read.
        var resolved: Set<String> = []
        var newest: [String: Attempt] = [:]
        while let row = try rows.next() {
            let key = row[3] as String? ?? Self.key(row[4])
            guard !resolved.contains(key) else { continue }
            guard let attempt = try Attempt(row, rank: rank(of: row[1])) else {
                resolved.insert(key)
                continue
            }
            switch try standing(of: attempt) {
            case .newest(let target):
                if attempt.rank > newest[target]?.rank ?? .min { newest[target] = attempt }
                if !attempt.isSpooled { resolved.formUnion([key, target]) }
            case .over:
                if !attempt.isSpooled { resolved.insert(key) }
            }
        }
        return newest.values.map(\.num)
    }

    /// The key of a destination; it contains a space, which no reference does.
    private static func key(_ destination: String) -> String { " \(destination)" }

    private struct Attempt {
        let num: Int64
        let startedAt: String
        let reference: String?
        let destination: String
        /// The rank of its first event.
        let rank: Int64

        /// Whether its first event was appended late; rows with a lower `num` may then be newer.
        var isSpooled: Bool { !rank.isMultiple(of: 2) }

        /// `nil` for a push whose events were pruned.
        init?(_ row: Row, rank: Int64?) {
            guard let rank else { return nil }
            num = row[0]
            startedAt = row[2]
            reference = row[3]
            destination = row[4]
            self.rank = rank
        }
    }

    private enum Standing {
        /// No push has succeeded since, to the reference that it counts for or to any that its destination matches.
        case newest(of: String)
        case over
    }

    private func standing(of attempt: Attempt) throws -> Standing {
        if let reference = attempt.reference {
            return try hasSucceeded(reference, since: attempt) ? .over : .newest(of: reference)
        }
        guard let selector = try? ReferenceSelector(attempt.destination) else {
            return .newest(of: Self.key(attempt.destination))
        }
        var references = try names(selector)
        let only = references.count == 1 ? references[0] : nil
        let others = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT id, reference FROM \(table)
                    WHERE repository = ? AND tag = ? AND origin_imported_at IS NULL
                        AND (destination = ? OR reference = ?)
                    ORDER BY num DESC
                    """),
            arguments: [selector.repository, selector.tag, attempt.destination, only])
        var last = Int64.min
        while let other = try others.next() {
            guard let rank = try rank(of: other[0]) else { continue }
            if rank > attempt.rank { return .over }
            if rank > last { (last, references) = (rank, [other[1]]) }
            // All that follow are older.
            if rank.isMultiple(of: 2) { break }
        }
        for reference in references where try hasSucceeded(reference, since: attempt) {
            return .over
        }
        return .newest(of: references.count == 1 ? references[0] : Self.key(attempt.destination))
    }

    /// The rank of a push's first event; `nil` where its events were pruned.
    private func rank(of id: String) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT min(\(PushPlace.eventRank)) FROM event WHERE push_id = ?"),
            arguments: [id])
    }

    /// Whether a push has succeeded since: one of this machine with a greater rank than the attempt's first event,
    /// or an imported one with a later effective time.
    private func hasSucceeded(_ reference: String, since attempt: Attempt) throws -> Bool {
        try Bool.fetchOne(
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
            arguments: ["reference": reference, "rank": attempt.rank, "time": attempt.startedAt])
            ?? false
    }
}
