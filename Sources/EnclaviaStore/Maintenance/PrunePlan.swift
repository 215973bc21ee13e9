import EnclaviaCore
import GRDB

/// Selects the pushes that a prune deletes: those that ended before a moment, except for these of each reference:
///
/// - The newest successful push.
/// - The newest successful push that brought an image. One that kept the tag (`--tag-policy keep`) knows neither
///   its commit nor who pushed the image. Another tool's push brought one, too; it has the tool's name, and no version.
/// - The same two of this machine's pushes alone, so that an imported record does not replace them.
///
/// An interrupted push counts as ended when it began, since nothing later is known.
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

    /// The condition that a succeeded push is not one of those to keep.
    private static func isDispensable(_ table: String) -> String {
        let own = "AND kept.origin_imported_at IS NULL"
        let image =
            "AND (kept.local_image_id IS NOT NULL"
            + " OR kept.engine_name IS NOT NULL AND kept.engine_version IS NULL)"
        let spared = ["", image, own, "\(own) \(image)"].map { only in
            // An imported push is never this machine's newest; without this, searching where there is none takes
            // long.
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

    /// At most `count` of these pushes, oldest first.
    func next(_ count: Int, _ db: Database) throws -> [PushID] {
        try String.fetchAll(
            db,
            SQLRequest(
                literal:
                    "SELECT push.id FROM \(try source(db)) ORDER BY push.started_at LIMIT \(count)")
        ).compactMap { PushID($0) }
    }
}
