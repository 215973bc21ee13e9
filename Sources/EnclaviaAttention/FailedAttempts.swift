import EnclaviaBase

/// Finds the newest failed push of this machine to each reference, if none has succeeded since; and to each
/// destination whose reference is unknown.
///
/// A push may fail before its reference is known: nobody is logged in, or there is no such image. It then counts
/// for the reference of the newest earlier push to the same destination, since it would have been pushed there, or
/// else for the only reference that its destination matches. Such a failure is resolved once a later push to the
/// same destination or reference knows its reference, whatever its outcome: the cause is gone then.
struct FailedAttempts {
    private let database: OpaquePointer
    private let table: String
    private let index: String
    private let successes: LaterSuccesses

    /// - Parameters:
    ///   - table: the pushes with their places.
    ///   - index: which index to use for the failed pushes, in SQL; empty where there is none for them.
    init(_ database: OpaquePointer, table: String, index: String, _ successes: LaterSuccesses) {
        self.database = database
        self.table = table
        self.index = index
        self.successes = successes
    }

    /// The rows of these pushes. Leaves out a destination that can never succeed, such as one in another user's
    /// namespace: that was reported when it was typed.
    func nums() throws(SQLiteFailure) -> [Int64] {
        let rows = try SQLiteStatement(
            database,
            """
            SELECT num, id, started_at, reference, destination FROM \(table) \(index)
            WHERE outcome = 'failed' AND origin_imported_at IS NULL
                AND failure_kind IS NOT 'usage'
            ORDER BY num DESC
            """)
        // The keys for which all remaining rows are older than one that was read.
        var resolved: Set<String> = []
        var newest: [String: Attempt] = [:]
        while try rows.step() {
            let key = rows.text(3) ?? Self.key(rows.text(4) ?? "")
            guard !resolved.contains(key) else { continue }
            guard let attempt = try Attempt(rows, rank: successes.rank(of: rows.text(1))) else {
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
        init?(_ row: SQLiteStatement, rank: Int64?) {
            guard let rank else { return nil }
            num = row.integer(0)
            startedAt = row.text(2) ?? ""
            reference = row.text(3)
            destination = row.text(4) ?? ""
            self.rank = rank
        }
    }

    private enum Standing {
        /// No push has succeeded since, to the reference that it counts for or to any that its destination matches.
        case newest(of: String)
        case over
    }

    private func standing(of attempt: Attempt) throws(SQLiteFailure) -> Standing {
        if let reference = attempt.reference {
            return try hasSucceeded(reference, since: attempt) ? .over : .newest(of: reference)
        }
        guard let selector = try? ReferenceSelector(attempt.destination) else {
            return .newest(of: Self.key(attempt.destination))
        }
        var references = try ReferenceNames.of(selector, database)
        let only = references.count == 1 ? references[0] : nil
        let others = try SQLiteStatement(
            database,
            """
            SELECT id, reference FROM \(table)
            WHERE repository = ?1 AND tag = ?2 AND origin_imported_at IS NULL
                AND (destination = ?3 OR reference = ?4)
            ORDER BY num DESC
            """)
        try others.restart([
            .text(selector.repository), .text(selector.tag), .text(attempt.destination),
            .init(only),
        ])
        var last = Int64.min
        while try others.step() {
            guard let rank = try successes.rank(of: others.text(0)) else { continue }
            if rank > attempt.rank { return .over }
            if rank > last { (last, references) = (rank, [others.text(1) ?? ""]) }
            // All that follow are older.
            if rank.isMultiple(of: 2) { break }
        }
        for reference in references where try hasSucceeded(reference, since: attempt) {
            return .over
        }
        return .newest(of: references.count == 1 ? references[0] : Self.key(attempt.destination))
    }

    /// Whether a push has succeeded since: one of this machine with a greater rank than the attempt's first event,
    /// or an imported one with a later effective time.
    private func hasSucceeded(
        _ reference: String, since attempt: Attempt
    ) throws(SQLiteFailure) -> Bool {
        if try successes.ofThisMachine(reference, after: attempt.rank) { return true }
        return try successes.ofOthers(reference, after: attempt.startedAt)
    }
}

/// The references that the history knows.
package enum ReferenceNames {
    /// The references that a selector means, sorted by registry and owner.
    ///
    /// - Throws: ``SQLiteFailure``.
    package static func of(
        _ selector: ReferenceSelector, _ database: OpaquePointer
    ) throws(SQLiteFailure) -> [String] {
        let rows = try SQLiteStatement(
            database,
            """
            SELECT registry || '/' || owner || '/' || repository || ':' || tag FROM reference
            WHERE repository = ?1 AND tag = ?2 AND (?3 IS NULL OR owner = ?3)
                AND (?4 IS NULL OR registry = ?4)
            ORDER BY registry, owner
            """)
        try rows.restart([
            .text(selector.repository), .text(selector.tag), .init(selector.owner),
            .init(selector.registry),
        ])
        var names: [String] = []
        while try rows.step() {
            if let name = rows.text(0) { names.append(name) }
        }
        return names
    }
}
