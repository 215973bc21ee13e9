import EnclaviaCore
import GRDB

/// Which pushes a prune takes away: those that ended before a moment, and are not the newest successful
/// push of their reference, nor the newest that has brought an image there: a push that kept what was there
/// knows neither its commit nor who pushed it. One that was interrupted ended, for all that is known, when it began.
struct PrunePlan: Sendable {
    let before: Timestamp

    private var source: SQL {
        let moment = before.description
        return """
            push WHERE push.started_at < \(moment) AND push.outcome <> 'running'
                AND coalesce(push.finished_at, push.started_at) < \(moment)
                AND (push.outcome <> 'succeeded' OR push.id <> (
                    SELECT kept.id FROM push AS kept
                    WHERE kept.reference = push.reference AND kept.outcome = 'succeeded'
                    ORDER BY kept.pushed_at DESC, kept.id DESC LIMIT 1)
                AND push.id <> coalesce((
                    SELECT kept.id FROM push AS kept
                    WHERE kept.reference = push.reference AND kept.outcome = 'succeeded'
                        AND kept.local_image_id IS NOT NULL
                    ORDER BY kept.pushed_at DESC, kept.id DESC LIMIT 1), ''))
            """
    }

    func summary(_ db: Database) throws -> PruneSummary {
        let row = try Row.fetchOne(
            db,
            SQLRequest(
                literal: """
                    SELECT count(*), coalesce(sum(
                        (SELECT count(*) FROM event WHERE event.push_id = push.id)), 0)
                    FROM \(source)
                    """))
        return PruneSummary(pushes: row?[0] ?? 0, events: row?[1] ?? 0)
    }

    /// Some of them, oldest first.
    func next(_ count: Int, _ db: Database) throws -> [PushID] {
        try String.fetchAll(
            db,
            SQLRequest(
                literal: "SELECT push.id FROM \(source) ORDER BY push.started_at LIMIT \(count)")
        ).compactMap { PushID($0) }
    }
}
