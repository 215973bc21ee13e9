import EnclaviaCore
import EnclaviaSystem
import GRDB

/// Reads records as they are to be shown: a `running` push whose process has ended reads `interrupted`.
struct PushReader {
    let db: Database
    private let running: RunningPushes
    private let store: String
    private let statement: Statement

    var orphaned: [PushID] { running.orphaned }

    init(_ db: Database, _ paths: StorePaths) throws {
        self.db = db
        store = paths.database.string
        running = try RunningPushes(db, paths)
        statement = try db.cachedStatement(sql: "SELECT json FROM push_json WHERE num = ?")
    }

    func push(_ num: Int64) throws -> StoredPush? {
        guard let json = try String.fetchOne(statement, arguments: [num]) else { return nil }
        let push = StoredPush(json: json, store: store)
        return running.nums.contains(num) ? try interrupted(push) : push
    }

    private func interrupted(_ push: StoredPush) throws -> StoredPush {
        var record = try push.record()
        record.state = .interrupted
        return StoredPush(json: try JSONText.encode(PushJSON(record)), store: store)
    }
}

/// The pushes whose row says `running`, but whose process has ended.
///
/// Each running push holds a lock; an unlocked `running` row belongs to a crashed process. Pushes of other machines
/// cannot be checked, and stay as they were recorded.
struct RunningPushes: Sendable {
    /// The ids and the rows of these pushes, of which there are never many.
    let orphaned: [PushID]
    let nums: Set<Int64>

    init(_ db: Database, _ paths: StorePaths) throws {
        let sql = """
            SELECT num, id FROM push WHERE outcome = 'running' AND origin_imported_at IS NULL
            """
        let rows = try Row.fetchAll(db, sql: sql)
            .filter { !FileLock.isHeld(paths.lock(of: $0[1])) }
        orphaned = rows.compactMap { PushID($0[1] as String) }
        nums = Set(rows.map { $0[0] })
    }
}
