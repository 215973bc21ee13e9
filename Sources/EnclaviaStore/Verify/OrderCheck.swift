import EnclaviaCore
import GRDB

/// Compares the effective times of pushes with the columns that determine them, which have already been compared
/// with the events. ``PushReplay`` checks the ranks of this machine's pushes.
struct OrderCheck {
    let db: Database

    /// - Parameter differences: gets those of all rows.
    func run(_ differences: inout VerifyDifferences) throws {
        guard try PushPlace.areStored(db) else { return }
        let imported = """
            SELECT id, effective_at, min(pushed_at, origin_imported_at) FROM push
            WHERE (origin_imported_at IS NOT NULL OR pushed_at IS NULL)
                AND (effective_at IS NOT min(pushed_at, origin_imported_at)
                    OR effective_rank IS NOT iif(pushed_at IS NULL, NULL, 0))
            """
        let own = """
            SELECT id, effective_at, max(pushed_at, coalesce(before, '')) FROM (
                SELECT id, pushed_at, effective_at, max(pushed_at) OVER (
                    ORDER BY effective_rank
                    GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                FROM push WHERE effective_rank > 0)
            WHERE effective_at IS NOT max(pushed_at, coalesce(before, ''))
            """
        for sql in [imported, own] {
            let rows = try RawStatement(db, sql)
            while try rows.step() {
                differences.add(
                    .projection(
                        table: "push", key: rows.text(0), column: "effective_at",
                        field: DifferingField(
                            "effective_at", found: rows.valueText(1), expected: rows.valueText(2))))
            }
        }
    }
}
