import EnclaviaCore
import EnclaviaSystem
import GRDB
import Glibc
import SystemPackage

/// Copies the store to another file, as of one moment, while pushes go on.
///
/// The copy is made by `VACUUM INTO`, since a copy of `history.db` alone lacks what is in the write-ahead log. It is
/// made in a directory beside the file, in which it is a store of its own that can be verified.
package struct StoreBackup: HistoryCopier {
    private let paths: StorePaths
    private let settings: StoreSettings

    package init(paths: StorePaths, settings: StoreSettings = StoreSettings()) {
        self.paths = paths
        self.settings = settings
    }

    package func backup(
        to path: String, progress: (BackupStage) -> Void
    ) throws(BackupError) -> BackupSummary {
        let target = FilePath(native: path)
        guard target.status == nil else { throw .exists(path: target.string) }
        let store: DatabaseQueue?
        do throws(StoreError) {
            store = try ReadOpening(paths: paths, settings: settings, note: { _ in }).open()
        } catch {
            throw .store(error)
        }
        guard let store else { throw .missing(path: paths.database.string) }
        // Fails only while a statement is open, and none outlives its call.
        defer { try? store.close() }
        let draft = try BackupDraft(of: target, settings)
        defer { draft.remove() }
        progress(.copying)
        try draft.fill(from: store, at: paths.database)
        let report = try draft.verify { progress(.verifying(events: $0)) }
        guard report.isIntact != false else {
            throw .damaged(path: paths.database.string, report)
        }
        try draft.finish()
        return BackupSummary(
            path: target.string, pushes: report.pushes, events: report.events, head: report.head)
    }
}

/// A copy that does not have its name yet.
private struct BackupDraft {
    private let target: FilePath
    private let settings: StoreSettings
    /// Where it is a store of its own.
    private let paths: StorePaths
    private let lock: FileLock

    /// Makes the directory beside the file. One that a killed backup left behind is used again.
    init(of target: FilePath, _ settings: StoreSettings) throws(BackupError) {
        let directory = target.directoryName.appending(
            ".\(target.lastComponent?.string ?? "").enclavia")
        self.target = target
        self.settings = settings
        paths = StorePaths(stateDirectory: directory.native, runtimeDirectory: nil)
        do throws(StoreError) {
            guard target.directoryName.followedStatus != nil else {
                throw StoreError.inaccessible(
                    path: target.directoryName.string,
                    reason: Errno.noSuchFileOrDirectory.description)
            }
            try PrivateFileIO.makeOwnDirectory(directory)
            let path = directory.appending("lock")
            let taken = try storing { () throws(FileFault) in try FileLock.attempt(path) }
            guard let taken else { throw StoreError.locked(path: target.string, seconds: 0) }
            lock = taken
        } catch {
            if case .locked = error { throw .busy(path: target.string) }
            throw .target(error)
        }
        removeStore()
    }

    /// Copies the store as of this moment.
    func fill(from store: DatabaseQueue, at source: FilePath) throws(BackupError) {
        do {
            try store.inDatabase { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [paths.database.sqliteName])
            }
            let mode = try store.inDatabase { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            guard mode == "wal" else { return }
            // The copy has a rollback journal, with which readers wait for writers once it is restored.
            let copy = try DatabaseQueue(
                path: paths.database.sqliteName, configuration: settings.writing)
            try copy.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try copy.close()
        } catch {
            throw failure(error, of: source)
        }
    }

    /// An error of writing the copy, or of reading the store.
    private func failure(_ error: any Error, of source: FilePath) -> BackupError {
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_PERM:
            .target(StoreError(error, path: target, settings))
        default: .store(StoreError(error, path: source, settings))
        }
    }

    func verify(progress: (Int) -> Void) throws(BackupError) -> VerifyReport {
        let store = HistoryStore(paths: paths, settings: settings)
        defer { store.close() }
        do throws(StoreError) {
            return try store.verify(head: nil, progress: progress)
        } catch {
            throw .store(error)
        }
    }

    /// Gives the copy its name, durably.
    func finish() throws(BackupError) {
        let copy = paths.database
        do {
            let file = try PrivateFileIO.open(copy, [])
            try file.closeAfter {
                guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
                try PrivateFileIO.sync(file, copy)
            }
            try copy.rename(toNew: target)
            try PrivateFileIO.sync(directory: target.directoryName)
        } catch Errno.fileExists {
            throw .exists(path: target.string)
        } catch {
            throw .target((error as? StoreError) ?? PrivateFileIO.failure(at: target, error))
        }
    }

    /// Removes the directory.
    func remove() {
        removeStore()
        lock.release(removing: true)
        // Another backup of that name may use it by now.
        _ = paths.stateDirectory.withPlatformString { rmdir($0) }
    }

    private func removeStore() {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            try? paths.stateDirectory.appending("history.db\(suffix)").unlink()
        }
    }
}
