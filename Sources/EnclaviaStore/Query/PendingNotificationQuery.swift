import EnclaviaCore
import EnclaviaSystem
import GRDB

/// Finds the pushes of this machine whose notification the backend has not received.
struct PendingNotificationQuery {
    let outcomes: [NotifyOutcome]
    /// Limits the query to one backend and one owner in a registry; `nil` for all.
    var caller: (backend: String, registry: String, owner: String)?

    /// Leaves out pushes that are still running, which send their own notification.
    func run(_ db: Database, paths: StorePaths) throws -> PendingNotifications {
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
        try ReferenceOrder.newestFirst(reference, db).first?.id
    }
}

/// This machine's succeeded pushes of a reference, by their places.
enum ReferenceOrder {
    struct Place {
        let id: String
        let backend: String
        let isVerified: Bool
    }

    /// More rows than any caller needs: each stops at the first push that the registry confirmed.
    private static let limit = 64

    static func newestFirst(_ reference: String, _ db: Database) throws -> [Place] {
        let sql = """
            SELECT id, backend, digest_verified FROM push
            WHERE reference = ? AND outcome = 'succeeded' AND origin_imported_at IS NULL
            ORDER BY \(PushPlace.newestFirst()) LIMIT \(limit)
            """
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [reference]).map {
            Place(id: $0[0], backend: $0[1], isVerified: $0[2])
        }
    }
}
