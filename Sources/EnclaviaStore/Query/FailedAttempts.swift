import EnclaviaCore
import GRDB

/// The newest attempts of this machine that failed, where nothing has succeeded since: one of each reference, and
/// one of each destination that is not known to mean a reference.
///
/// A push that fails before it knows its reference (nobody is logged in, there is no such image) counts for the
/// reference that the newest attempt before it at the same destination had, since that is what it would have been
/// pushed to, and else for the only one that its destination names. It is over once a later attempt at the same
/// came to know its reference, however that ended: what kept the push from knowing it is gone then.
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

    /// The rows of the pushes. A destination that can never succeed, such as in another's namespace, was told when
    /// it was typed, and is none of them.
    func nums() throws -> [Int64] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT num, id, started_at, reference, destination FROM \(table)
                WHERE outcome = 'failed' AND failure_kind IS NOT 'usage'
                    AND origin_imported_at IS NULL
                ORDER BY num DESC
                """)
        // Those of which all rows that follow are older than one that was seen.
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

    /// A key for a destination; a space is in no reference.
    private static func key(_ destination: String) -> String { " \(destination)" }

    private struct Attempt {
        let num: Int64
        let startedAt: String
        let reference: String?
        let destination: String
        /// That of its first event.
        let rank: Int64

        /// It came into the chain late, and others before it in the table may be later.
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
        /// Nothing has succeeded since at the reference that it counts for, or at what its destination may mean.
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

    /// A push of this machine succeeded since where it has a later place in the chain than the attempt's first
    /// event, an imported one where it counts from a later time.
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
