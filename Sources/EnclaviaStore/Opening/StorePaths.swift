import EnclaviaSystem
import SystemPackage

/// The paths of all of the history's files, computed from two directories.
package struct StorePaths: Hashable, Sendable {
    /// `$XDG_STATE_HOME/enclavia`, or what `ENCLAVIA_STATE_DIR` names.
    package let stateDirectory: FilePath
    /// `$XDG_RUNTIME_DIR/enclavia`; `nil` where the session has no runtime directory.
    package let runtimeDirectory: FilePath?

    /// - Parameters:
    ///   - stateDirectory: the directory of the store itself, absolute.
    ///   - runtimeDirectory: `$XDG_RUNTIME_DIR`, absolute, or `nil`.
    package init(stateDirectory: String, runtimeDirectory: String?) {
        self.stateDirectory = FilePath(native: stateDirectory)
        self.runtimeDirectory = runtimeDirectory.map { FilePath(native: $0).appending("enclavia") }
    }

    package var database: FilePath { stateDirectory.appending("history.db") }
    /// Locked with flock while the database is created or migrated.
    package var databaseLock: FilePath { stateDirectory.appending("history.db.lock") }
    /// Holds one file for each running push, locked with flock until the push ends.
    package var running: FilePath { stateDirectory.appending("running") }
    /// The event log, unless `ENCLAVIA_EVENT_LOG` names another.
    package var eventLog: FilePath { stateDirectory.appending("events.jsonl") }
    /// The checkpoints that were made, one a line.
    package var checkpoints: FilePath { stateDirectory.appending("checkpoints.jsonl") }
    /// Where events go while the store cannot be written, in the order in which they are tried.
    package var spools: [FilePath] {
        [stateDirectory.appending("spool")]
            + (runtimeDirectory.map { [$0.appending("spool")] } ?? [])
    }

    /// The files and directories that pushes are read from, as ``NativeText``.
    package var sources: [String] {
        ["", "-wal", "-journal"].map { "\(database.native)\($0)" } + spools.map(\.native)
    }

    /// The files, and the directories of spools and locks, as ``NativeText``. They need not exist.
    package var files: [String] {
        ["", "-wal", "-shm", "-journal"].map { "\(database.native)\($0)" }
            + ([databaseLock, eventLog, checkpoints, running] + spools).map(\.native)
    }

    /// Whether a spool is in memory alone, which a restart or the last logout empties.
    package func isVolatile(_ path: FilePath) -> Bool {
        runtimeDirectory.map { path.starts(with: $0) } ?? false
    }

    package func lock(of id: String) -> FilePath { running.appending(id) }
}
