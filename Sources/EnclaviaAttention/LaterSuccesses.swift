/// Asks whether a push to a reference has succeeded after another push.
///
/// A reference may have a hundred thousand pushes, so each query reads only those from some effective time on
/// (`push_succeeded`): effective times of this machine's pushes never decrease as their ranks increase.
struct LaterSuccesses {
    private let ranks: LazyStatement
    private let newestOwn: LazyStatement
    private let ownByRank: LazyStatement
    private let ownByPlace: LazyStatement
    private let imported: LazyStatement

    /// - Parameters:
    ///   - table: the pushes with their places.
    ///   - isIndexed: whether the table has an index by rank.
    init(_ database: OpaquePointer, table: String, isIndexed: Bool) {
        // The index has all columns that these queries read: a success of this machine has a rank greater than 0,
        // and an imported one has 0.
        let succeeded = """
            FROM \(table) \(isIndexed ? "INDEXED BY push_succeeded" : "")
            WHERE reference = ?1 AND outcome = 'succeeded'
            """
        func exists(_ condition: String) -> LazyStatement {
            LazyStatement(database, "SELECT EXISTS (SELECT 1 \(succeeded) AND \(condition))")
        }
        ranks = LazyStatement(
            database, "SELECT min(\(PushPlaceSQL.eventRank)) FROM event WHERE push_id = ?1")
        newestOwn = LazyStatement(
            database,
            """
            SELECT num, effective_rank FROM (
                SELECT num, effective_rank \(succeeded)
                ORDER BY effective_at DESC, effective_rank DESC LIMIT \(Self.newestLimit))
            WHERE effective_rank > 0 LIMIT 1
            """)
        // Where the clock was wrong once, many pushes have the same effective time, in the order of their ranks.
        let place =
            isIndexed
            ? """
            AND (effective_at, effective_rank) > (coalesce((
                SELECT effective_at FROM \(table)
                WHERE effective_rank > 0 AND effective_rank < ?2
                ORDER BY effective_rank DESC LIMIT 1), ''), ?2)
            """ : ""
        ownByRank = exists("effective_rank > ?2 \(place)")
        ownByPlace = exists(
            "effective_rank > 0 AND (effective_at, effective_rank, id) > (?2, ?3, ?4)")
        imported = exists("effective_rank = 0 AND effective_at > ?2")
    }

    /// How many successes are read to find one of this machine's: there may be any number of imported ones.
    private static let newestLimit = 100

    /// Whether the newest success of this machine is known to be later than the attempt of that row: it was begun
    /// later, and its events were recorded at once. `false` where another query must decide.
    func isKnownLater(_ reference: String, num: Int64) throws(SQLiteFailure) -> Bool {
        let newest = try newestOwn.prepared()
        try newest.restart([.text(reference)])
        return try newest.step() && newest.integer(1).isMultiple(of: 2) && newest.integer(0) > num
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
