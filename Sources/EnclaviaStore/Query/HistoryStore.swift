import EnclaviaCore
import EnclaviaSystem
import GRDB
import Synchronization

/// The history, read from the store.
package final class HistoryStore: History {
    let paths: StorePaths
    let settings: StoreSettings
    private let note: @Sendable (String) -> Void
    private let opened = Mutex<DatabaseQueue?>(nil)
    /// The device and inode of the file that was opened last, and the number of openings.
    private let source = Mutex<(identity: FileIdentity?, openings: Int)>((nil, 0))

    /// Opens nothing yet.
    ///
    /// - Parameter note: called with the path of a store that can only be opened as immutable, because its
    ///   directory cannot be written.
    package init(
        paths: StorePaths, settings: StoreSettings = StoreSettings(),
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.paths = paths
        self.settings = settings
        self.note = note
    }

    /// A store that is open already.
    init(paths: StorePaths, settings: StoreSettings, opened queue: DatabaseQueue) {
        self.paths = paths
        self.settings = settings
        note = { _ in }
        opened.withLock { $0 = queue }
    }

    package func forEach(
        _ query: HistoryQuery, _ body: (StoredPush) throws -> Void
    ) throws {
        _ = try read { db in
            let reader = try PushReader(db, paths)
            let sql = try QuerySQL(query, db: db, orphaned: reader.orphaned).nums
            let nums = try Int64.fetchCursor(db, SQLRequest(literal: sql))
            while let num = try nums.next() {
                if let push = try reader.push(num) { try CallbackError.run { try body(push) } }
            }
        }
    }

    package func export(
        _ query: HistoryQuery, _ body: (String) throws -> Void
    ) throws {
        try forEach(query) { push in try body(ExportText.line(push.json)) }
    }

    /// The record of one push; `nil` where there is none.
    package func record(_ id: PushID) throws(StoreError) -> PushRecord? {
        try readStore { db in try PushProjection.find(id, db)?.record } ?? nil
    }

    package func owners(
        ofRepository repository: String, registry: String?
    ) throws(StoreError) -> [String] {
        try readStore { db in
            let inRegistry: SQL = registry.map { " AND registry = \($0)" } ?? ""
            return try String.fetchAll(
                db,
                SQLRequest(
                    literal: """
                        SELECT DISTINCT owner FROM reference
                        WHERE repository = \(repository)\(inRegistry) ORDER BY owner
                        """))
        } ?? []
    }

    /// Interrupts the running statement, on any thread.
    func interrupt() {
        opened.withLock { $0 }?.interrupt()
    }

    /// Closes the connection; the next query opens another.
    package func close() {
        opened.withLock { queue in
            try? queue?.close()
            queue = nil
        }
    }
}

extension HistoryStore {
    /// Runs `body` in one read transaction.
    ///
    /// - Returns: `nil` where there is no store.
    /// - Throws: ``StoreError``, or the unchanged cause of a ``CallbackError``.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value? {
        do {
            guard let queue = try connection() else { return nil }
            return try queue.unsafeRead { db in
                var value: Value?
                try db.inTransaction(.deferred) {
                    value = try body(db)
                    return .commit
                }
                return value
            }
        } catch let error as CallbackError {
            throw error.cause
        } catch {
            let error = StoreError(error, path: paths.database, settings)
            throw opened.withLock { $0 }.map(error.explained) ?? error
        }
    }

    /// Like ``read(_:)``, for a `body` that runs no code of the caller.
    func readStore<Value>(
        _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value? {
        do {
            return try read(body)
        } catch {
            throw StoreError(error, path: paths.database, settings)
        }
    }

    func connection() throws(StoreError) -> DatabaseQueue? {
        if let queue = opened.withLock({ $0 }) { return queue }
        let queue = try ReadOpening(paths: paths, settings: settings, note: note).open()
        opened.withLock { $0 = queue }
        if queue != nil {
            let identity = paths.database.followedStatus?.identity
            source.withLock { $0 = (identity, $0.openings + 1) }
        }
        return queue
    }

    /// Whether the store's name now belongs to a file other than the open one.
    var wasReplaced: Bool {
        guard opened.withLock({ $0 != nil }), let now = paths.database.followedStatus?.identity
        else { return false }
        return source.withLock { $0.identity != now }
    }

    var openings: Int { source.withLock { $0.openings } }
}

/// Carries an error of the caller's own code through a read.
struct CallbackError: Error {
    let cause: any Error

    static func run(_ body: () throws -> Void) throws(CallbackError) {
        do {
            try body()
        } catch {
            throw CallbackError(cause: error)
        }
    }
}
