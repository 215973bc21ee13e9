import EnclaviaSystem
import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// How the store is opened; the defaults are the ones in use, and tests put others in.
package struct StoreSettings: Sendable {
    /// How long to wait for another process's transaction, in seconds.
    package var busySeconds = 10
    /// On a network file system the journal is a rollback journal instead of a write-ahead log.
    package var fileSystem: @Sendable (String) -> FileSystemKind = FileSystemKind.of
    /// Whether to stop waiting and reading, because the command was cancelled.
    var isCancelled: @Sendable () -> Bool = { Task.isCancelled }

    package init() {}

    /// The settings of a connection that writes.
    ///
    /// GRDB's own `journalMode` stays alone: setting it, like opening a `DatabasePool`, turns
    /// `synchronous` back to NORMAL after `prepareDatabase` has set it to FULL.
    var writing: Configuration {
        var configuration = shared
        configuration.prepareDatabase { db in
            // In a write-ahead log the same as FULL; of a rollback journal it makes the removal durable, too, which
            // is what commits (https://www.sqlite.org/pragma.html#pragma_synchronous).
            try db.execute(sql: "PRAGMA synchronous = EXTRA")
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA journal_size_limit = 4194304")
        }
        return configuration
    }

    var reading: Configuration {
        var configuration = shared
        configuration.readonly = true
        // A reader runs in the task of its command, whose end it must not outlast.
        configuration.prepareDatabase { db in
            sqlite3_progress_handler(
                db.sqliteConnection, Self.stepsBetweenLooks,
                { _ in Task.isCancelled ? 1 : 0 }, nil)
        }
        return configuration
    }

    /// How many instructions SQLite runs between two looks whether to go on: about a millisecond's.
    private static let stepsBetweenLooks: CInt = 20_000

    /// How long who writes at length leaves the store alone between two transactions, in microseconds:
    /// longer than those who wait for it look away.
    static let gap: useconds_t = 10_000

    /// Asks for a lock after 2, 4 and 6 ms, and every 8 ms then. SQLite's own handler waits 100 ms between
    /// two looks in the end, and so long a look away misses every gap that an import leaves; fifty pushes
    /// that ask every 2 ms spend a tenth of two cores on it.
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

/// One wait for a lock: by the clock, since a busy machine makes a thousand short pauses longer than their sum.
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
