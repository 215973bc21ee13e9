import EnclaviaCore
import GRDB

/// Keeps the places of this machine's pushes in step with the events.
enum PushOrder {
    /// The place of a push of this machine.
    ///
    /// - Parameters:
    ///   - sequence: the event from which it has had its digest.
    ///   - isSpooled: whether that event was taken in from the spool.
    static func place(
        _ record: PushRecord, at sequence: Int64?, isSpooled: Bool, _ db: Database
    ) throws -> PushPlace? {
        guard let manifest = record.state.manifest, let sequence else { return nil }
        let before = isSpooled ? nil : try greatest(before: sequence, db)
        return PushPlace(
            effectiveAt: max(manifest.pushedAt, before ?? manifest.pushedAt), sequence: sequence)
    }

    /// Gives the pushes of this machine from a place on their effective times anew, after what stood before
    /// them has changed or gone.
    ///
    /// - Parameter isGone: whether it has gone: then a push that has its own time keeps it, and so do all that
    ///   follow.
    static func repair(from sequence: Int64, isGone: Bool, _ db: Database) throws {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT num, pushed_at, effective_at, json_extract(event.data, '$.spooled')
                    FROM push JOIN event ON event.seq = push.effective_seq
                    WHERE effective_seq >= ? AND effective_seq > 0 ORDER BY effective_seq
                    """), arguments: [sequence])
        var greatest: String?
        var changed: [(num: Int64, effectiveAt: String)] = []
        while let row = try rows.next() {
            let (pushedAt, effectiveAt): (String, String?) = (row[1], row[2])
            let isSpooled = row[3] as Bool? ?? false
            if greatest == nil, isGone, !isSpooled, pushedAt == effectiveAt { break }
            let before = try greatest ?? self.greatest(before: sequence, db)?.description ?? ""
            greatest = max(before, pushedAt)
            if isSpooled { continue }
            // What follows has its time from here.
            if greatest == effectiveAt { break }
            changed.append((row[0], max(before, pushedAt)))
        }
        let update = try db.cachedStatement(
            sql: "UPDATE push SET effective_at = ? WHERE num = ?")
        for row in changed { try update.execute(arguments: [row.effectiveAt, row.num]) }
    }

    /// The greatest time of this machine's pushes before a place.
    private static func greatest(before sequence: Int64, _ db: Database) throws -> Timestamp? {
        try String.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT effective_at FROM push
                    WHERE effective_seq < ? AND effective_seq > 0
                    ORDER BY effective_at DESC LIMIT 1
                    """), arguments: [sequence]
        ).flatMap { Timestamp($0) }
    }
}
