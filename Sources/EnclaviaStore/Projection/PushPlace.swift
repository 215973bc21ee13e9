import EnclaviaCore
import GRDB

/// A push's place in the order of all pushes that have a digest: by effective time, then rank, then id. `at`, the
/// change of a tag, pending notifications, `--moves` and prune all use this order.
///
/// Clocks may be ahead or be set back, and imported records may have any time. So the effective time of a push of
/// this machine is the greatest `pushed_at` so far in its own chain, and that of an imported one the earlier of its
/// `pushed_at` and the time of its import.
struct PushPlace: Hashable, Sendable {
    let effectiveAt: Timestamp
    /// The rank of the event that gave the push its digest (``rank(of:follows:)``); 0 for an imported push, which
    /// has no place in this chain.
    let rank: Int64

    /// The columns of `push`, which are NULL before there is a digest.
    static let columns = ["effective_at", "effective_rank"]

    /// The order of the places, newest first, for the rows of the table that has that name in a query.
    static func newestFirst(_ table: String = "push") -> String {
        "\(table).effective_at DESC, \(table).effective_rank DESC, \(table).id DESC"
    }

    static func values(_ place: PushPlace?) -> [DatabaseValue] {
        [(place?.effectiveAt.description).databaseValue, (place?.rank).databaseValue]
    }

    /// The place of an imported push; `nil` where it has no digest.
    static func imported(_ record: PushRecord, at moment: Timestamp) -> PushPlace? {
        record.state.manifest.map { PushPlace(effectiveAt: min($0.pushedAt, moment), rank: 0) }
    }
}

extension PushPlace {
    /// The place of an event in the order in which events happened: twice its sequence number, or, for an event
    /// that was appended late, between the event that it follows and the next.
    static func rank(of sequence: Int64, follows: Int64?) -> Int64 {
        let (double, isTooLarge) = (follows ?? sequence).multipliedReportingOverflow(by: 2)
        return isTooLarge ? .max : double + (follows == nil ? 0 : 1)
    }

    /// The rank of the event that gave a push its digest, after an event of rank `event` that resulted in `record`;
    /// `nil` if there is no digest.
    static func rank(_ record: PushRecord?, _ event: Int64, before: Int64?) -> Int64? {
        record?.state.manifest == nil ? nil : before ?? event
    }
}

extension PushPlace {
    /// Whether the store is of a version that has places.
    static func areStored(_ db: Database) throws -> Bool {
        try Schema.version(db) >= Migration.pushOrder.version
    }

    /// The table of the pushes with their places: `push`, or, in an older store, which this connection only reads,
    /// a temporary copy that the first query makes.
    static func table(_ db: Database) throws -> String {
        if try areStored(db) { return "push" }
        try db.execute(sql: Migration.placedPushesOfOlderStore)
        return "placed_push"
    }
}
