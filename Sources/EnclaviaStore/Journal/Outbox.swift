import EnclaviaCore
import GRDB

/// The notifications that this machine's pushes still owe.
struct Outbox {
    let outcomes: [NotifyOutcome]
    /// The pushes of one caller by way of one backend; `nil` for all.
    var caller: (backend: String, registry: String, owner: String)?

    /// Pushes that are still running send their own.
    func owed(_ db: Database, paths: StorePaths) throws -> PendingNotifications {
        let own: SQL =
            caller.map {
                " AND backend = \($0.backend) AND registry = \($0.registry) AND owner = \($0.owner)"
            } ?? ""
        let sql: SQL = """
            SELECT push.id, push.reference, push_json.json FROM push JOIN push_json USING (num)
            WHERE notify_outcome IN \(outcomes.map(\.rawValue)) AND +outcome = 'succeeded'
                AND origin_imported_at IS NULL\(own)
            ORDER BY started_at DESC, id DESC
            """
        var toSend: [PushRecord] = []
        var superseded: [PushRecord] = []
        for row in try Row.fetchAll(db, SQLRequest(literal: sql)) {
            let id: String = row[0]
            if FileLock.isHeld(paths.lock(of: id)) { continue }
            let record = try JSONText.decode(PushJSON.self, from: row[2] as String).record()
            if try newest(of: row[1], db) == id {
                toSend.append(record)
            } else {
                superseded.append(record)
            }
        }
        return PendingNotifications(toSend: toSend, superseded: superseded)
    }

    /// The newest push that succeeded of a reference, whatever became of its own notification.
    private func newest(of reference: String, _ db: Database) throws -> String? {
        let sql = """
            SELECT id FROM push
            WHERE reference = ? AND outcome = 'succeeded' AND origin_imported_at IS NULL
            ORDER BY pushed_at DESC, id DESC LIMIT 1
            """
        return try String.fetchOne(db.cachedStatement(sql: sql), arguments: [reference])
    }
}
