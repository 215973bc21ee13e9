import EnclaviaSystem
import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// How the store is opened. The program uses the defaults; tests change them.
package struct StoreSettings: Sendable {
    /// How long to wait for another process's transaction, in seconds.
    package var busySeconds = 10
    /// When a transaction of an import ends.
    package var importLimits = ImportLimits()
    /// On a network file system the journal is a rollback journal instead of a write-ahead log.
    package var fileSystem: @Sendable (String) -> FileSystemKind = FileSystemKind.of
    /// Whether to stop waiting and reading, because the command was cancelled.
    var isCancelled: @Sendable () -> Bool = { Task.isCancelled }

    package init() {}

    /// The settings of a connection that writes.
    ///
    /// GRDB's own `journalMode` is not set: setting it, like opening a `DatabasePool`, turns `synchronous` back to
    /// NORMAL after `prepareDatabase` has set it.
    var writing: Configuration {
        var configuration = shared
        configuration.prepareDatabase { db in
            // With a write-ahead log, EXTRA is the same as FULL. With a rollback journal, it also makes the removal
            // of the journal durable, which is the commit (https://www.sqlite.org/pragma.html#pragma_synchronous).
            try db.execute(sql: "PRAGMA synchronous = EXTRA")
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA journal_size_limit = 4194304")
        }
        return configuration
    }

    var reading: Configuration {
        var configuration = shared
        configuration.readonly = true
        configuration.prepareDatabase(Self.stopWhenCancelled)
        return configuration
    }

    /// The settings of a database that is deleted when it is closed.
    var temporary: Configuration {
        var configuration = shared
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = OFF")
            try db.execute(sql: "PRAGMA journal_mode = OFF")
            try db.execute(sql: "PRAGMA cache_size = -8192")
            try Self.stopWhenCancelled(db)
        }
        return configuration
    }

    /// A reader runs in its command's task, and must stop when the task is cancelled.
    @Sendable private static func stopWhenCancelled(_ db: Database) throws {
        sqlite3_progress_handler(
            db.sqliteConnection, progressInterval, { _ in Task.isCancelled ? 1 : 0 }, nil)
    }

    /// How many instructions SQLite runs between two checks for cancellation: about a millisecond.
    private static let progressInterval: CInt = 20_000

    /// The pause between two transactions of a long operation, in microseconds: longer than the pauses of the
    /// processes that wait for the store.
    static let gap: useconds_t = 10_000

    /// Polls for a lock after 2, 4 and 6 ms, then every 8 ms. SQLite's busy handler backs off to 100 ms and misses
    /// the gaps that an import leaves; fifty pushes that poll every 2 ms use a tenth of two cores.
    private var busyMode: Database.BusyMode {
        let limit = Duration.seconds(busySeconds)
        let wait = Wait()
        let isCancelled = isCancelled
        return .callback { tried in
            guard !isCancelled(), wait.length(afterTries: tried) < limit else { return false }
            usleep(useconds_t(min(2 * (tried + 1), 8)) * 1000)
            return true
        }
    }

    private var shared: Configuration {
        var configuration = Configuration()
        configuration.busyMode = busyMode
        configuration.foreignKeysEnabled = true
        return configuration
    }
}

/// Measures one wait for a lock by the clock: on a busy machine, many short pauses take longer than their sum.
private final class Wait: Sendable {
    private let began = Mutex(ContinuousClock.now)

    /// How long it has lasted; the first try begins it.
    func length(afterTries tries: Int) -> Duration {
        began.withLock { began in
            if tries == 0 { began = .now }
            return ContinuousClock.now - began
        }
    }
}
