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
    private let isIndexed: Bool
    private let successes: LaterSuccesses

    /// - Parameters:
    ///   - table: the pushes with their places.
    ///   - isIndexed: whether it has the indexes `push_failed` and `push_own_tag`.
    init(_ database: OpaquePointer, table: String, isIndexed: Bool, _ successes: LaterSuccesses) {
        self.database = database
        self.table = table
        self.isIndexed = isIndexed
        self.successes = successes
    }

    /// What an attempt belongs to: its reference, or, where that is unknown, its destination after a space, which no
    /// reference contains. The index has the same expression.
    private static let key = "coalesce(reference, ' ' || destination)"
    /// Is greater than each key.
    private static let end = "\u{10FFFF}"

    /// These pushes. Leaves out a destination that can never succeed, such as one in another user's namespace: that was
    /// reported when it was typed.
    ///
    /// The attempts are read key by key, and of a key, newest first, those that its newest attempt does not resolve:
    /// the other thousands are passed over in the index.
    func newest() throws(SQLiteFailure) -> [(num: Int64, id: String)] {
        let rows = try SQLiteStatement(
            database,
            """
            SELECT num, \(Self.key), id, started_at
            FROM \(table) \(isIndexed ? "INDEXED BY push_failed" : "")
            WHERE outcome = 'failed' AND origin_imported_at IS NULL
                AND failure_kind IS NOT 'usage' AND \(Self.key) < ?1
            ORDER BY \(Self.key) DESC, num DESC
            """)
        try rows.restart([.text(Self.end)])
        var newest: [String: Attempt] = [:]
        var resolved: String?
        while try rows.step() {
            let key = rows.text(1) ?? ""
            guard key != resolved else { continue }
            if try isResolved(rows, key, &newest) {
                resolved = key
                if isIndexed { try rows.restart([.text(key)]) }
            }
        }
        return newest.values.map { ($0.num, $0.id) }
    }

    /// Whether all older attempts of the key are known not to be the newest one of anything.
    private func isResolved(
        _ row: SQLiteStatement, _ key: String, _ newest: inout [String: Attempt]
    ) throws(SQLiteFailure) -> Bool {
        if !key.hasPrefix(" "), try successes.isKnownLater(key, num: row.integer(0)) { return true }
        guard let attempt = try Attempt(row, key, rank: successes.rank(of: row.text(2))) else {
            return true
        }
        if case .newest(let target) = try standing(of: attempt),
            attempt.rank > newest[target]?.rank ?? .min
        {
            newest[target] = attempt
        }
        return !attempt.isSpooled
    }

    private struct Attempt {
        let num: Int64
        let id: String
        let startedAt: String
        let key: String
        /// The rank of its first event.
        let rank: Int64

        /// `nil` where the key is a destination.
        var reference: String? { key.hasPrefix(" ") ? nil : key }
        var destination: String { String(key.dropFirst()) }

        /// Whether its first event was appended late; rows with a lower `num` may then be newer.
        var isSpooled: Bool { !rank.isMultiple(of: 2) }

        /// `nil` for a push whose events were pruned.
        init?(_ row: SQLiteStatement, _ key: String, rank: Int64?) {
            guard let rank else { return nil }
            num = row.integer(0)
            id = row.text(2) ?? ""
            startedAt = row.text(3) ?? ""
            self.key = key
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
            return .newest(of: attempt.key)
        }
        var references = try ReferenceNames.of(selector, database)
        let only = references.count == 1 ? references[0] : nil
        let others = try SQLiteStatement(
            database,
            """
            SELECT id, reference FROM \(table) \(isIndexed ? "INDEXED BY push_own_tag" : "")
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
        return .newest(of: references.count == 1 ? references[0] : attempt.key)
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
