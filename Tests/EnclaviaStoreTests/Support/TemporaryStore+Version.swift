import Foundation
import GRDB

extension TemporaryStore {
    /// The SQL of a history that the program of that schema version made.
    static func fixture(version: Int) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/history-v\(version).sql")
    }

    /// Creates the store of that schema version, as the program of that version left it.
    func createStore(version: Int) throws {
        try makeStateDirectory()
        let text = try String(contentsOf: Self.fixture(version: version), encoding: .utf8)
        let queue = try connect()
        try queue.inDatabase { db in
            try db.execute(sql: text)
            try db.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }
}
