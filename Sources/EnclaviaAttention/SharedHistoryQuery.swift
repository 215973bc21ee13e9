import EnclaviaBase

/// What is known here of the server to which the history is sent, for `status` and the prompt, which must agree.
package struct SharedHistoryQuery {
    /// The version of the schema from which on there is the table `remote`.
    package static let firstVersion = 5

    /// What is kept of a server; all but the name is that of a server never tried if it was not.
    package struct Row: Hashable, Sendable {
        package let name: String
        /// The newest event that the server has.
        package let sequence: Int64
        package let forkedAt: Int64?
        package let missing: Int64
        package let triedAt: String?
        package let syncedAt: String?
        package let failure: String?
        /// The events after ``sequence``.
        package let unsynced: Int64
        /// When the first of them was recorded.
        package let unsyncedSince: String?
        /// Whether that is over a day ago.
        let isLate: Bool

        /// What needs attention about it, if anything.
        package var attention: AttentionKind? {
            if forkedAt != nil || missing > 0 { return .forked }
            return unsynced > 0 && (isLate || failure != nil) ? .unsynced : nil
        }
    }

    private let database: OpaquePointer
    private let version: Int

    /// - Parameters:
    ///   - database: an open connection.
    ///   - version: the version of the schema.
    package init(_ database: OpaquePointer, version: Int) {
        self.database = database
        self.version = version
    }

    /// - Parameter name: the server; `nil` for the one that was tried last.
    /// - Returns: `nil` where there is no such server.
    /// - Throws: ``SQLiteFailure``.
    package func row(of name: String?) throws(SQLiteFailure) -> Row? {
        let kept = try kept(name)
        guard let name = name ?? kept?.text(0) else { return nil }
        let events = try SQLiteStatement(
            database, "SELECT seq FROM event ORDER BY seq DESC LIMIT 1")
        let last = try events.step() ? events.integer(0) : 0
        let sequence = min(kept?.integer(1) ?? 0, last)
        // A clock that was set back must not hide how old an event is: a time to come counts as late, too.
        let first = try SQLiteStatement(
            database,
            """
            SELECT time, time NOT BETWEEN strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day')
                AND strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 day')
            FROM event WHERE seq > ?1 AND data IS NOT NULL ORDER BY seq LIMIT 1
            """)
        try first.restart([.integer(sequence)])
        let hasFirst = try first.step()
        return Row(
            name: name, sequence: sequence,
            forkedAt: kept.flatMap { $0.isNull(2) ? nil : $0.integer(2) },
            missing: kept?.integer(3) ?? 0, triedAt: kept?.text(4), syncedAt: kept?.text(5),
            failure: kept?.text(6), unsynced: last - sequence,
            unsyncedSince: hasFirst ? first.text(0) : nil,
            isLate: hasFirst && first.integer(1) != 0)
    }

    private func kept(_ name: String?) throws(SQLiteFailure) -> SQLiteStatement? {
        guard version >= Self.firstVersion else { return nil }
        let rows = try SQLiteStatement(
            database,
            """
            SELECT name, sequence, forked_at, missing, tried_at, synced_at, failure
            FROM remote WHERE name = ?1 OR ?1 IS NULL ORDER BY tried_at DESC LIMIT 1
            """)
        try rows.restart([.init(name)])
        return try rows.step() ? rows : nil
    }
}
