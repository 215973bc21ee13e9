import EnclaviaCore
import EnclaviaSystem
import GRDB

/// Which of the pushes that the tables call `running` have died.
///
/// A push holds a lock as long as it lives, so a row whose lock is free is of one that could not write
/// its own end. Pushes of other machines cannot be asked, and stay as they were recorded.
struct Liveness: Sendable {
    /// The dead, of which there are never many, and where the tables have them.
    let dead: [PushID]
    let nums: Set<Int64>

    init(_ db: Database, _ paths: StorePaths) throws {
        let sql = """
            SELECT num, id FROM push WHERE outcome = 'running' AND origin_imported_at IS NULL
            """
        let rows = try Row.fetchAll(db, sql: sql)
            .filter { !FileLock.isHeld(paths.lock(of: $0[1])) }
        dead = rows.compactMap { PushID($0[1] as String) }
        nums = Set(rows.map { $0[0] })
    }
}
