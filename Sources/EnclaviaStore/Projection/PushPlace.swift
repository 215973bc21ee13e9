import EnclaviaCore
import GRDB

/// A push's place in the one order of all that have a digest, which `at`, the comparison of a tag with what it
/// held, the outbox, `--moves` and prune share: the effective time, then the rank, then the id.
///
/// Clocks are ahead, are set back, and imported records tell any time. So the effective time of a push of this
/// machine is the greatest `pushed_at` so far in its own chain, and of an imported one the earlier of its
/// `pushed_at` and the time of its import (design, section 6).
struct PushPlace: Hashable, Sendable {
    let effectiveAt: Timestamp
    /// Of the event from which the push has had its digest (``rank(of:follows:)``); 0 for an imported push, which
    /// knows no place in this chain.
    let rank: Int64

    /// The columns of `push`, which are NULL before there is a digest.
    static let columns = ["effective_at", "effective_rank"]

    /// The order of the places, newest first, for the rows of the table that has that name in a query.
    static func newestFirst(_ table: String = "push") -> String {
        "\(table).effective_at DESC, \(table).effective_rank DESC, \(table).id DESC"
    }

    /// The place as one value of SQL, which compares as places do.
    static func value(_ table: String) -> String {
        "(\(table).effective_at, \(table).effective_rank, \(table).id)"
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
    /// The place of an event in the order in which things happened: twice its place in the chain, or, where it came
    /// into the chain late, between that of the event that it followed and the next.
    static func rank(of sequence: Int64, follows: Int64?) -> Int64 {
        let (double, isTooLarge) = (follows ?? sequence).multipliedReportingOverflow(by: 2)
        return isTooLarge ? .max : double + (follows == nil ? 0 : 1)
    }

    /// The rank of an event, in SQL.
    static let eventRank = "coalesce(2 * json_extract(data, '$.spooled') + 1, 2 * seq)"

    /// The rank from which a push has had its digest, after an event of rank `event` that made `record` of it.
    static func rank(_ record: PushRecord?, _ event: Int64, before: Int64?) -> Int64? {
        record?.state.manifest == nil ? nil : before ?? event
    }
}

extension PushPlace {
    /// Whether the store is of a version that has places.
    static func areStored(_ db: Database) throws -> Bool {
        try Schema.version(db) >= Migration.pushOrder.version
    }

    /// The table of the pushes with their places: `push`, or in a store of an older version, which this connection
    /// only reads, a temporary copy that is made at the first question.
    static func table(_ db: Database) throws -> String {
        if try areStored(db) { return "push" }
        try db.execute(sql: Migration.placedPushesOfOlderStore)
        return "placed_push"
    }
}
