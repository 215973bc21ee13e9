import EnclaviaCore
import GRDB

/// Reads records as they are to be shown: a `running` push whose process has died reads `interrupted`.
struct PushReader {
    let db: Database
    let dead: [PushID]
    private let statement: Statement

    init(_ db: Database, _ paths: StorePaths) throws {
        self.db = db
        dead = try Liveness(db, paths).dead
        statement = try db.cachedStatement(sql: "SELECT json FROM push_json WHERE num = ?")
    }

    func push(_ num: Int64) throws -> StoredPush? {
        guard let json = try String.fetchOne(statement, arguments: [num]) else { return nil }
        let push = StoredPush(json: json)
        return dead.isEmpty ? push : try shown(push)
    }

    private func shown(_ push: StoredPush) throws -> StoredPush {
        guard push.json.contains(#""outcome":"running""#) else { return push }
        var record = try push.record()
        guard case .running = record.state, dead.contains(record.id) else { return push }
        record.state = .interrupted
        return StoredPush(json: try JSONText.encode(PushJSON(record)))
    }
}
