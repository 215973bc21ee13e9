import EnclaviaBase

/// Finds the pushes of this machine that need attention, for `status` and the prompt, which must agree.
///
/// It uses SQLite's C API alone, since `status --short` links neither GRDB nor Foundation.
///
/// Read ``candidates()`` in one read transaction, and then ``confirmed(_:)`` in another, which begins after the first
/// has ended: a push that was running in the first may end before its lock is tried. It commits its end before it
/// releases the lock, so that the second transaction has it.
package struct AttentionQuery {
    /// A push that needs attention.
    package struct Item: Hashable, Sendable {
        package let kind: AttentionKind
        /// Its row in the table `push`.
        package let num: Int64
        let id: String
    }

    private let database: OpaquePointer
    /// The table of the pushes with their places.
    private let table: String
    private let isIndexed: Bool
    /// Whether a process holds the lock of the running push with that id.
    private let isHeld: (String) -> Bool

    /// - Parameters:
    ///   - database: an open connection.
    ///   - table: the pushes with their places, `push` but for stores of an older version.
    ///   - version: the version of the schema.
    ///   - isHeld: whether a process holds the lock of the push with that id.
    package init(
        _ database: OpaquePointer, table: String = indexedTable, version: Int,
        isHeld: @escaping (String) -> Bool
    ) {
        self.database = database
        self.table = table
        isIndexed = version >= Self.indexedVersion
        self.isHeld = isHeld
    }

    /// The table that has an index by rank.
    package static let indexedTable = "push"

    /// The version of the schema from which on there are the indexes `push_unsettled`, `push_failed` and
    /// `push_own_tag`.
    package static let indexedVersion = 4

    /// The rows of `push_unsettled`. A query uses the index only if it has the same expression.
    static let unsettled = """
        (outcome IN ('running', 'interrupted') OR notify_outcome IN ('pending', 'failed')
            OR digest_verified = 0 AND outcome = 'succeeded')
        """

    /// What seems to need attention, but for spooled pushes, in no particular order. A push may be in several items.
    ///
    /// - Throws: ``SQLiteFailure``.
    package func candidates() throws(SQLiteFailure) -> [Item] {
        let successes = LaterSuccesses(
            database, table: table, isIndexed: table == Self.indexedTable)
        let failed = try FailedAttempts(
            database, table: table, isIndexed: isIndexed, successes
        ).newest()
        return try failed.map { Item(kind: .lastPushFailed, num: $0.num, id: $0.id) }
            + unsettled(successes)
    }

    /// The candidates whose pushes still are as they were.
    ///
    /// - Throws: ``SQLiteFailure``.
    package func confirmed(_ candidates: [Item]) throws(SQLiteFailure) -> [Item] {
        guard candidates.contains(where: { $0.kind != .lastPushFailed }) else { return candidates }
        let row = try SQLiteStatement(
            database, "SELECT \(Self.columns) FROM push WHERE num = ?1 AND id = ?2")
        var confirmed: [Item] = []
        for item in candidates {
            if item.kind != .lastPushFailed {
                try row.restart([.integer(item.num), .text(item.id)])
                guard try row.step(), Self.kinds(row).contains(item.kind) else { continue }
            }
            confirmed.append(item)
        }
        return confirmed
    }

    /// The columns that ``kinds(_:)`` reads.
    private static let columns = "num, id, outcome, notify_outcome, digest_verified, finished_at"

    /// Leaves out a push if a newer one of this machine to the same reference succeeded, and a push whose process
    /// still runs.
    private func unsettled(_ successes: LaterSuccesses) throws(SQLiteFailure) -> [Item] {
        let rows = try SQLiteStatement(
            database,
            """
            SELECT \(Self.columns), reference, effective_at, effective_rank
            FROM \(table) \(isIndexed ? "INDEXED BY push_unsettled" : "")
            WHERE origin_imported_at IS NULL AND \(Self.unsettled)
            """)
        var items: [Item] = []
        while try rows.step() {
            let kinds = Self.kinds(rows)
            guard !kinds.isEmpty, try !isSuperseded(rows, successes), !isHeld(rows.text(1) ?? "")
            else { continue }
            items += kinds.map { Item(kind: $0, num: rows.integer(0), id: rows.text(1) ?? "") }
        }
        return items
    }

    private func isSuperseded(
        _ row: SQLiteStatement, _ successes: LaterSuccesses
    ) throws(SQLiteFailure) -> Bool {
        guard let id = row.text(1), let reference = row.text(6) else { return false }
        if let time = row.text(7) {
            return try successes.ofThisMachine(reference, after: (time, row.integer(8), id))
        }
        guard let rank = try successes.rank(of: id) else { return false }
        return try successes.ofThisMachine(reference, after: rank)
    }

    private static func kinds(_ row: SQLiteStatement) -> [AttentionKind] {
        let isFinished = !row.isNull(5)
        switch row.text(2) {
        case PushOutcome.succeeded.rawValue:
            var kinds: [AttentionKind] = []
            if row.text(3) == NotifyOutcome.pending.rawValue { kinds.append(.notifyPending) }
            if row.text(3) == NotifyOutcome.failed.rawValue { kinds.append(.notifyFailed) }
            if row.integer(4) == 0 { kinds.append(.unverified) }
            return kinds
        case PushOutcome.interrupted.rawValue: return isFinished ? [] : [.interrupted]
        // Its process has ended, or its lock would be held.
        case PushOutcome.running.rawValue: return [.interrupted]
        default: return []
        }
    }
}

/// A push's place in the order of all pushes that have a digest, in SQL.
package enum PushPlaceSQL {
    /// The place as a row value, which compares as places do.
    package static func value(_ table: String) -> String {
        "(\(table).effective_at, \(table).effective_rank, \(table).id)"
    }

    /// The rank of an event.
    package static let eventRank =
        "coalesce(2 * json_extract(data, '$.spooled') + 1, 2 * seq)"
}
