import Dispatch
import EnclaviaCore
import GRDB
import Synchronization

/// The process's only writing connection, opened on first use, and the thread that waits for the disk and for locks
/// in place of its callers.
final class StoreWriter: Sendable {
    let paths: StorePaths
    let settings: StoreSettings
    /// What no event may hold.
    let secrets: SecretScrubber
    private let system: any SystemEnvironment
    private let opened = Mutex<DatabaseQueue?>(nil)
    private let warnings = Mutex<[StoreWarning]>([])
    private let thread = DispatchQueue(label: "enclavia.store")

    /// Raised while ``runUntilCancelled(_:)`` works for a cancelled command.
    let interruption: Interruption

    init(
        paths: StorePaths, settings: StoreSettings, system: any SystemEnvironment,
        secrets: SecretScrubber
    ) {
        let interruption = Interruption()
        var settings = settings
        settings.isCancelled = { interruption.isRaised }
        self.paths = paths
        self.settings = settings
        self.system = system
        self.secrets = secrets
        self.interruption = interruption
    }

    /// Runs `body` off the caller's thread, one at a time, to its end: what must be written is written
    /// even where the caller's task has been cancelled.
    func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            thread.async { continuation.resume(returning: body()) }
        }
    }

    /// Like ``run(_:)``, but does not wait for the end.
    func start(_ body: @escaping @Sendable () -> Void) {
        thread.async(execute: body)
    }

    /// Like ``run(_:)``, for long work that ends when the task is cancelled: the running statement is interrupted,
    /// and `body` must check ``interruption`` between two statements.
    func runUntilCancelled<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        defer { interruption.clear() }
        return await withTaskCancellationHandler {
            await run(body)
        } onCancel: {
            interruption.raise()
            opened.withLock { $0 }?.interrupt()
        }
    }

    /// Writes in one immediate transaction, durable when this returns.
    ///
    /// - Throws: ``StoreError``; nothing has been written then.
    func write<Value>(
        _ body: (inout EventWriter) throws -> Value
    ) throws(StoreError) -> (value: Value, events: StoredEvents) {
        let queue = try connection()
        do throws(StoreError) {
            return try storeErrors(paths.database, settings) {
                try queue.inDatabase { db in
                    var result: (Value, StoredEvents)?
                    try db.inTransaction(.immediate) {
                        var writer = try EventWriter(db, secrets)
                        result = (try body(&writer), writer.events)
                        return .commit
                    }
                    guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                    return result
                }
            }
        } catch {
            let explained = error.explained(by: queue)
            if case .locked = error {} else { close() }
            throw explained
        }
    }

    /// Runs `body` on the writing connection, without a transaction.
    ///
    /// - Throws: ``StoreError``.
    func onConnection<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        let queue = try connection()
        return try storeErrors(paths.database, settings) { try queue.inDatabase(body) }
    }

    /// The writing connection, opened if necessary.
    func connection() throws(StoreError) -> DatabaseQueue {
        if let queue = opened.withLock({ $0 }) { return queue }
        let system = system
        let queue = try StoreOpening(paths: paths, settings: settings) {
            ChainID(system.newID())
        } warn: { [self] warning in
            warnings.withLock { if !$0.contains(warning) { $0.append(warning) } }
        }.open()
        opened.withLock { $0 = queue }
        return queue
    }

    /// The warnings since the last call.
    func takeWarnings() -> [StoreWarning] {
        warnings.withLock { warnings in
            defer { warnings = [] }
            return warnings
        }
    }

    /// The write-ahead log's path.
    var walPath: String { paths.database.string + "-wal" }

    /// The chain's id and its newest event; `nil` if they cannot be read without waiting.
    func end() -> (chain: ChainID, sequence: Int64)? {
        var settings = settings
        settings.busySeconds = 0
        let queue = try? ReadOpening(paths: paths, settings: settings, note: { _ in }).open()
        defer { try? queue?.close() }
        return try? queue?.inDatabase { db in
            (try EventChain.id(db), try EventChain.head(db).sequence)
        }
    }

    /// Gives the connection a cache of 16 MiB and fewer checkpoints, which saves an import of a million records
    /// most of its page writes.
    ///
    /// - Throws: ``StoreError``.
    func prepareForBulk() throws(StoreError) {
        try onConnection { db in
            try db.execute(sql: "PRAGMA cache_size = -16384")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
        }
    }

    /// Closes the connection; the next write opens another.
    func close() {
        let queue = opened.withLock { opened in
            defer { opened = nil }
            return opened
        }
        // Fails only while a statement is open, and none outlives its call.
        try? queue?.close()
    }
}
