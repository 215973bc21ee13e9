import EnclaviaCore
import GRDB

extension SalvagedRest {
    /// The pushes that the damaged file had, and the new store lacks, or has in an older state.
    func lostPushes() throws -> SalvagedPushes {
        var lost = SalvagedPushes()
        let rows = try RawStatement(
            scratch.db,
            """
            SELECT id, max(revision) FROM (
                SELECT id, revision FROM witness UNION ALL SELECT id, 1 FROM later)
            GROUP BY id ORDER BY id
            """)
        while try rows.step() {
            guard let id = PushID(rows.text(0)) else { continue }
            let kept = try PushProjection.find(id, db)?.record.revision ?? 0
            if kept < rows.integer(1) { lost.add(id) }
        }
        return lost
    }
}
