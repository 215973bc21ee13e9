import EnclaviaAttention
import EnclaviaCore
import GRDB

extension HistoryStore {
    package func push(
        of reference: ReferenceSelector, at moment: Timestamp?, now: Timestamp
    ) throws(StoreError) -> PushOfMoment {
        try readStore { db in
            let moments = try TagMoments(db: db, references: names(of: reference, db))
            guard let moment else {
                return try moments.newest().map { .known(try read($0.num, db)) } ?? .none
            }
            let found = try moments.newest(by: moment, now: now)
            if let prune = try moments.prune(newerThan: found) { return .pruned(before: prune) }
            return try found.map { .known(try read($0.num, db)) } ?? .none
        } ?? .none
    }

    private func read(_ num: Int64, _ db: Database) throws -> StoredPush {
        guard let push = try PushReader(db, paths).push(num) else {
            throw StoreError.corrupt(
                path: paths.database.string, detail: "a push has no record")
        }
        return push
    }

    package func wasPushedLater(
        _ digest: Digest, than push: PushRecord
    ) throws(StoreError) -> Bool {
        guard let reference = push.reference else { return false }
        return try readStore { db in
            let before = EventType.allCases.filter(\.isBeforeSending).map(\.rawValue)
            let table = try PushPlace.table(db)
            let sql: SQL = """
                SELECT EXISTS (
                    SELECT 1 FROM \(sql: table) AS push
                    WHERE reference = \(reference.description) AND outcome = 'succeeded'
                        AND digest = \(digest.description) AND tag_change IN ('created', 'moved')
                        AND CASE WHEN origin_imported_at IS NULL THEN effective_rank > (
                            SELECT max(\(sql: PushPlaceSQL.eventRank)) FROM event
                            WHERE push_id = \(push.id.text) AND type IN \(before))
                        ELSE started_at >= \(push.startedAt.description) END)
                """
            return try Bool.fetchOne(db, SQLRequest(literal: sql)) ?? false
        } ?? false
    }
}

/// The succeeded pushes of some references, as moments of the past had them.
private struct TagMoments {
    let db: Database
    let references: [String]
    private let table: String

    init(db: Database, references: [String]) throws {
        self.db = db
        self.references = references
        table = try PushPlace.table(db)
    }

    /// A push, and from when it counts.
    struct Found {
        let num: Int64
        let countsFrom: String
        let rank: Int64
        let id: String
    }

    func newest() throws -> Found? {
        try first("TRUE", countsFrom: "effective_at")
    }

    /// The newest that counts from `moment` or before.
    ///
    /// An effective time after `now` comes from a clock that was ahead. When a push with that clock was made is
    /// unknown; the pushes after it count from the greatest `pushed_at` of this machine so far that is not after
    /// `now`.
    func newest(by moment: Timestamp, now: Timestamp) throws -> Found? {
        let sure = try first("effective_at <= \(moment.description)", countsFrom: "effective_at")
        let come: SQL = """
            (SELECT max(pushed_at) FROM \(sql: table) AS before
                WHERE before.effective_rank BETWEEN 1 AND push.effective_rank
                    AND before.pushed_at <= \(now.description))
            """
        let behind = try first(
            """
            effective_at > \(now.description) AND pushed_at <= \(now.description)
            AND \(come) <= \(moment.description)
            """, countsFrom: come)
        guard let sure, let behind else { return sure ?? behind }
        let isLater =
            (behind.countsFrom, behind.rank, behind.id) > (
                sure.countsFrom, sure.rank, sure.id
            )
        return isLater ? behind : sure
    }

    private func first(_ condition: SQL, countsFrom: SQL) throws -> Found? {
        let row = try Row.fetchOne(
            db,
            SQLRequest(
                literal: """
                    SELECT num, \(countsFrom) AS counts_from, effective_rank, id
                    FROM \(sql: table) AS push
                    WHERE reference IN \(references) AND outcome = 'succeeded' AND \(condition)
                    ORDER BY counts_from DESC, effective_rank DESC, id DESC LIMIT 1
                    """))
        return row.map { Found(num: $0[0], countsFrom: $0[1], rank: $0[2], id: $0[3]) }
    }
}

extension TagMoments {
    /// The moment of a prune that may have deleted a push of the tag that was newer than `found`, or any push if
    /// that is `nil`.
    ///
    /// A prune keeps the newest push of a tag. So it deleted a push that was newer than `found` only if there was
    /// an even newer one, which it kept.
    func prune(newerThan found: Found?) throws -> Timestamp? {
        let isNewer: SQL =
            found.map {
                """
                (newer.effective_at, newer.effective_rank, newer.id)
                    > (SELECT effective_at, effective_rank, id FROM \(sql: table) WHERE num = \($0.num))
                """
            } ?? "TRUE"
        let newer = try Int64.fetchOne(
            db,
            SQLRequest(
                literal: """
                    SELECT min((SELECT min(seq) FROM event WHERE push_id = newer.id))
                    FROM \(sql: table) AS newer
                    WHERE newer.reference IN \(references) AND newer.outcome = 'succeeded'
                        AND \(isNewer)
                    """))
        guard let newer else { return nil }
        let before = "json_extract(data, '$.data.before')"
        return try String.fetchOne(
            db,
            sql: "SELECT max(\(before)) FROM event WHERE type = ? AND seq > ? AND \(before) > ?",
            arguments: [EventType.historyPruned.rawValue, newer, found?.countsFrom ?? ""]
        ).flatMap { Timestamp($0) }
    }
}
