import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Synchronization

/// A temporary state directory, which is removed after the test.
final class TemporaryStore: Sendable {
    let root: String
    let paths: StorePaths
    let clock = TestSystem()

    init() throws {
        root = NSTemporaryDirectory() + "enclavia-store-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        paths = StorePaths(stateDirectory: root + "/state", runtimeDirectory: root + "/run")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    func journal(busySeconds: Int = 10, log: EventLog? = nil) -> StoreJournal {
        StoreJournal(
            paths: paths, log: log ?? EventLog(setting: nil, paths: paths, workingDirectory: root),
            system: clock,
            settings: settings(busySeconds: busySeconds))
    }

    func opening(_ settings: StoreSettings = StoreSettings()) -> StoreOpening {
        let clock = clock
        return StoreOpening(paths: paths, settings: settings) { ChainID(clock.newID()) }
    }

    func history(busySeconds: Int = 10) -> HistoryStore {
        HistoryStore(paths: paths, settings: settings(busySeconds: busySeconds))
    }

    func settings(busySeconds: Int) -> StoreSettings {
        var settings = StoreSettings()
        settings.busySeconds = busySeconds
        return settings
    }

    /// A connection like that of a user's `sqlite3`, but with a busy timeout: a journal that a test has
    /// released may still be closing its connection.
    func connect() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: paths.database.string, configuration: configuration)
    }

    /// Reads on such a connection.
    func query<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try connect().read(body)
    }

    /// Writes on such a connection.
    func edit(_ body: (Database) throws -> Void) throws {
        let queue = try connect()
        // A test's writes need not survive a crash of the machine.
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        try queue.write(body)
    }

    func makeStateDirectory() throws {
        try FileManager.default.createDirectory(
            atPath: paths.stateDirectory.string, withIntermediateDirectories: true)
    }

    /// Moves the WAL into the database file, and deletes the files beside it.
    func checkpoint() throws {
        let queue = try connect()
        try queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: paths.database.string + suffix)
        }
    }

    /// Another client's connection, which may leave a transaction open.
    static func holder(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Imports a text.
    @discardableResult
    func importText(_ text: String) async throws -> ImportSummary {
        let path = root + "/import-\(UUID().uuidString).jsonl"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let journal = journal(log: .off)
        let summary = try await journal.importRecords(from: .file(path: path)) { _ in }
        await journal.close()
        return summary
    }

    /// The lines of an export of the whole history.
    func exported() throws -> [String] {
        var lines: [String] = []
        try history().export(HistoryQuery()) { lines.append($0) }
        return lines
    }

    func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }
}

/// A clock that advances one second at each read, and random numbers.
final class TestSystem: SystemEnvironment {
    private let state = Mutex<(ticks: Int64, ahead: Int64)>((0, 0))
    let start: Timestamp

    init(start: Timestamp = Timestamp(milliseconds: 1_785_000_000_000)) {
        self.start = start
    }

    func now() -> Timestamp {
        start.adding(
            milliseconds: state.withLock { state in
                state.ticks += 1
                return state.ticks * 1000 + state.ahead
            })
    }

    /// Sets the clock ahead of the right time, or back.
    func set(ahead: Duration) {
        state.withLock { $0.ahead = ahead.components.seconds * 1000 }
    }

    func random() -> (UInt64, UInt64) {
        var generator = SystemRandomNumberGenerator()
        return (generator.next(), generator.next())
    }
}
