import EnclaviaCore
import GRDB

/// A push's place in the one order of all that have a digest, which `at`, the comparison of a tag with what it
/// held, the outbox, `--moves` and prune share: the effective time, then the sequence, then the id.
///
/// Clocks are ahead, are set back, and imported records tell any time. So the effective time of a push of this
/// machine is the greatest `pushed_at` so far in its own chain, and of an imported one the earlier of its
/// `pushed_at` and the time of its import (design, section 6). A push that was taken in from the spool came into
/// the chain later than it was: its own `pushed_at` counts.
struct PushPlace: Hashable, Sendable {
    let effectiveAt: Timestamp
    /// The event from which the push has had its digest; 0 for an imported one, which knows no place in
    /// this chain.
    let sequence: Int64

    /// The columns of `push`, which are NULL before there is a digest.
    static let columns = ["effective_at", "effective_seq"]

    /// The order of the places, newest first, for the rows of the table that has that name in a query.
    static func newestFirst(_ table: String = "push") -> String {
        "\(table).effective_at DESC, \(table).effective_seq DESC, \(table).id DESC"
    }

    /// The place as one value of SQL, which compares as places do.
    static func value(_ table: String) -> String {
        "(\(table).effective_at, \(table).effective_seq, \(table).id)"
    }

    static func values(_ place: PushPlace?) -> [DatabaseValue] {
        [(place?.effectiveAt.description).databaseValue, (place?.sequence).databaseValue]
    }

    /// The place of an imported push; `nil` where it has no digest.
    static func imported(_ record: PushRecord, at moment: Timestamp) -> PushPlace? {
        record.state.manifest.map {
            PushPlace(effectiveAt: min($0.pushedAt, moment), sequence: 0)
        }
    }

    /// The sequence from which a push has had its digest, after an event that made `record` of it.
    static func sequence(_ record: PushRecord?, _ event: Int64, before: Int64?) -> Int64? {
        record?.state.manifest == nil ? nil : before ?? event
    }

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
