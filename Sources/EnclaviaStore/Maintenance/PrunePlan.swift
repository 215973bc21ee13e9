import EnclaviaCore
import GRDB

/// Which pushes a prune takes away: those that ended before a moment, and are not the newest successful
/// push of their reference, nor the newest that has brought an image there: a push that kept what was there
/// knows neither its commit nor who pushed it. Both are spared twice, of this machine's pushes and of all: an
/// imported record takes the place of none of them. One that was interrupted ended, for all that is known, when
/// it began.
struct PrunePlan: Sendable {
    let before: Timestamp

    private func source(_ db: Database) throws -> SQL {
        let moment = before.description
        let table = try PushPlace.table(db)
        return """
            \(sql: table) AS push WHERE push.started_at < \(moment) AND push.outcome <> 'running'
                AND coalesce(push.finished_at, push.started_at) < \(moment)
                AND (push.outcome <> 'succeeded' OR \(sql: Self.isDispensable(table)))
            """
    }

    /// Whether a succeeded push is none of those that are spared.
    private static func isDispensable(_ table: String) -> String {
        let own = "AND kept.origin_imported_at IS NULL"
        let image = "AND kept.local_image_id IS NOT NULL"
        let spared = ["", image, own, "\(own) \(image)"].map { only in
            // No imported push is this machine's newest, and where there is none, the search for it is long.
            let isOther = only.hasPrefix(own) ? "push.origin_imported_at IS NOT NULL OR " : ""
            return """
                (\(isOther)push.num IS NOT (
                    SELECT kept.num FROM \(table) AS kept
                    WHERE kept.reference = push.reference AND kept.outcome = 'succeeded' \(only)
                    ORDER BY \(PushPlace.newestFirst("kept")) LIMIT 1))
                """
        }
        return "(\(spared.joined(separator: " AND ")))"
    }

    func summary(_ db: Database) throws -> PruneSummary {
        let row = try Row.fetchOne(
            db,
            SQLRequest(
                literal: """
                    SELECT count(*), coalesce(sum(
                        (SELECT count(*) FROM event WHERE event.push_id = push.id)), 0)
                    FROM \(try source(db))
                    """))
        return PruneSummary(pushes: row?[0] ?? 0, events: row?[1] ?? 0)
    }

    /// Some of them, oldest first.
    func next(_ count: Int, _ db: Database) throws -> [PushID] {
        try String.fetchAll(
            db,
            SQLRequest(
                literal:
                    "SELECT push.id FROM \(try source(db)) ORDER BY push.started_at LIMIT \(count)")
        ).compactMap { PushID($0) }
    }
}
