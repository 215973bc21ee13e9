import EnclaviaCore
import GRDB

/// Compares the places of pushes in the order of all with what their columns say, which have been compared with the
/// events before; ``PushReplay`` knows from which event a push of this machine has had its digest.
struct OrderCheck {
    let db: Database

    /// - Returns: the first difference.
    func run() throws -> VerifyDifference? {
        guard try PushPlace.areStored(db) else { return nil }
        let imported = """
            SELECT id FROM push
            WHERE (origin_imported_at IS NOT NULL OR pushed_at IS NULL)
                AND (effective_at IS NOT min(pushed_at, origin_imported_at)
                    OR effective_rank IS NOT iif(pushed_at IS NULL, NULL, 0))
            LIMIT 1
            """
        let own = """
            SELECT id FROM (
                SELECT id, pushed_at, effective_at, max(pushed_at) OVER (
                    ORDER BY effective_rank
                    GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                FROM push WHERE effective_rank > 0)
            WHERE effective_at IS NOT max(pushed_at, coalesce(before, '')) LIMIT 1
            """
        for sql in [imported, own] {
            if let id = try String.fetchOne(db, sql: sql) {
                return .projection(table: "push", key: id, column: "effective_at")
            }
        }
        return nil
    }
}
