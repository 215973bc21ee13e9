import EnclaviaCore
import GRDB

/// A store of pushes from elsewhere, which this process alone uses, and which SQLite deletes when it is closed.
///
/// It is in memory as long as it is small, else in a file without a name in SQLite's temporary directory.
/// Source: SQLite, "Temporary Files Used By SQLite", section 2.4, and "Temporary Databases".
package final class TemporaryHistory: PushCollection {
    private let queue: DatabaseQueue
    private let store: HistoryStore
    private let settings: StoreSettings
    private let paths: StorePaths

    package var history: any History { store }
    package var reporter: any HistoryReporter { store }

    /// - Parameter directory: where SQLite keeps temporary files, for messages.
    /// - Throws: ``StoreError``.
    package init(
        directory: String, settings: StoreSettings = StoreSettings(), chain: ChainID
    ) throws(StoreError) {
        let paths = StorePaths(stateDirectory: directory, runtimeDirectory: nil)
        queue = try storeErrors(paths.database, settings) {
            let queue = try DatabaseQueue(path: "", configuration: settings.temporary)
            try queue.inDatabase { db in
                try Schema.migrate(db, from: 0) { chain }
            }
            return queue
        }
        self.paths = paths
        self.settings = settings
        store = HistoryStore(paths: paths, settings: settings, opened: queue)
    }

    package func add(_ pushes: [RemotePush]) throws(StoreError) {
        guard !pushes.isEmpty else { return }
        try storeErrors(paths.database, settings) {
            try queue.inDatabase { db in
                try db.inTransaction {
                    let insertion = try PushInsertion(db)
                    var counts = SummaryCounts()
                    for push in pushes {
                        let prepared = try PreparedRecord(push.record, at: place(of: push))
                        guard try !isThere(prepared.id, db) else { continue }
                        try insertion.add(prepared)
                        counts.add(prepared.entry)
                    }
                    try counts.flush(db)
                    return .commit
                }
            }
        }
    }

    private func place(of push: RemotePush) -> PushPlace? {
        push.record.state.manifest.map {
            PushPlace(effectiveAt: push.effectiveAt ?? $0.pushedAt, rank: push.rank)
        }
    }

    /// Selections may have pushes in common.
    private func isThere(_ id: PushID, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM push WHERE id = ?")
        return try Int.fetchOne(statement, arguments: [id.text]) != nil
    }

    package func removeAll() throws(StoreError) {
        try storeErrors(paths.database, settings) {
            try queue.inDatabase { db in
                try db.inTransaction {
                    for table in ["push_json", "push_label", "push"] + SummaryTable.all.map(\.name)
                    {
                        try db.execute(sql: "DELETE FROM \(table)")
                    }
                    try db.execute(sql: "UPDATE tally SET count = 0")
                    return .commit
                }
            }
        }
    }
}
