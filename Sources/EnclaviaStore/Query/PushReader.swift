import EnclaviaCore
import GRDB

/// Reads records as they are to be shown: a `running` push whose process has died reads `interrupted`.
struct PushReader {
    let db: Database
    private let liveness: Liveness
    private let store: String
    private let statement: Statement

    var dead: [PushID] { liveness.dead }

    init(_ db: Database, _ paths: StorePaths) throws {
        self.db = db
        store = paths.database.string
        liveness = try Liveness(db, paths)
        statement = try db.cachedStatement(sql: "SELECT json FROM push_json WHERE num = ?")
    }

    func push(_ num: Int64) throws -> StoredPush? {
        guard let json = try String.fetchOne(statement, arguments: [num]) else { return nil }
        let push = StoredPush(json: json, store: store)
        return liveness.nums.contains(num) ? try interrupted(push) : push
    }

    private func interrupted(_ push: StoredPush) throws -> StoredPush {
        var record = try push.record()
        record.state = .interrupted
        return StoredPush(json: try JSONText.encode(PushJSON(record)), store: store)
    }
}
