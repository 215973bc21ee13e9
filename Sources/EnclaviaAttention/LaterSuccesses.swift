/// Asks whether a push to a reference has succeeded after another push.
///
/// A reference may have a hundred thousand pushes, so each query reads only those from some effective time on
/// (`push_succeeded`): effective times of this machine's pushes never decrease as their ranks increase.
struct LaterSuccesses {
    private let ranks: LazyStatement
    private let ownByRank: LazyStatement
    private let ownByPlace: LazyStatement
    private let imported: LazyStatement

    /// - Parameters:
    ///   - table: the pushes with their places.
    ///   - isIndexed: whether the table has an index by rank.
    init(_ database: OpaquePointer, table: String, isIndexed: Bool) {
        func succeeded(_ condition: String) -> LazyStatement {
            LazyStatement(
                database,
                """
                SELECT EXISTS (
                    SELECT 1 FROM \(table)
                    WHERE reference = ?1 AND outcome = 'succeeded' AND \(condition))
                """)
        }
        ranks = LazyStatement(
            database, "SELECT min(\(PushPlaceSQL.eventRank)) FROM event WHERE push_id = ?1")
        let time =
            isIndexed
            ? """
            AND effective_at >= coalesce((
                SELECT effective_at FROM \(table)
                WHERE effective_rank > 0 AND effective_rank < ?2
                ORDER BY effective_rank DESC LIMIT 1), '')
            """ : ""
        ownByRank = succeeded("origin_imported_at IS NULL AND effective_rank > ?2 \(time)")
        ownByPlace = succeeded(
            """
            origin_imported_at IS NULL AND effective_at >= ?2
                AND (effective_at, effective_rank, id) > (?2, ?3, ?4)
            """)
        imported = succeeded("origin_imported_at IS NOT NULL AND effective_at > ?2")
    }

    /// The rank of a push's first event; `nil` where its events were pruned.
    func rank(of id: String?) throws(SQLiteFailure) -> Int64? {
        let ranks = try ranks.prepared()
        try ranks.restart([.init(id)])
        guard try ranks.step(), !ranks.isNull(0) else { return nil }
        return ranks.integer(0)
    }

    /// Whether a push of this machine has succeeded whose digest has a greater rank.
    func ofThisMachine(_ reference: String, after rank: Int64) throws(SQLiteFailure) -> Bool {
        try ownByRank.isTrue([.text(reference), .integer(rank)])
    }

    /// Whether a push of this machine with a later place has succeeded.
    func ofThisMachine(
        _ reference: String, after place: (time: String, rank: Int64, id: String)
    ) throws(SQLiteFailure) -> Bool {
        try ownByPlace.isTrue([
            .text(reference), .text(place.time), .integer(place.rank), .text(place.id),
        ])
    }

    /// Whether a push of another machine has succeeded whose effective time is later.
    func ofOthers(_ reference: String, after time: String) throws(SQLiteFailure) -> Bool {
        try imported.isTrue([.text(reference), .text(time)])
    }
}
