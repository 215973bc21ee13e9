import EnclaviaCore
import EnclaviaSystem
import GRDB
import Glibc
import SystemPackage

/// A store that is being made for a file and does not have its name yet: a directory beside the file, in which it is
/// a store of its own that can be filled and verified.
struct StoreDraft {
    /// Where the store is to be.
    let target: FilePath
    /// Where it is now.
    let paths: StorePaths
    private let settings: StoreSettings
    private let lock: FileLock

    enum Failure: Error {
        /// A file has the target's name, or one that SQLite gives to a file beside it: it would read that as a
        /// part of the store.
        case exists(FilePath)
        /// SQLite or this program gives the target's name to a file beside a store.
        case reserved
        /// Another process makes a store of that name.
        case busy
        /// It cannot be written.
        case unwritable(StoreError)
    }

    /// What the names end with of files that SQLite keeps beside a database.
    private static let suffixes = ["-wal", "-journal", "-shm"]

    /// Checks that a new file can have the name.
    static func check(_ target: FilePath) throws(Failure) {
        if (suffixes + [".lock"]).contains(where: target.native.hasSuffix) { throw .reserved }
        for path in [target] + suffixes.map(target.beside) where path.status != nil {
            throw .exists(path)
        }
    }

    /// Makes the directory beside the file. One that a killed process left behind is used again.
    init(of target: FilePath, _ settings: StoreSettings) throws(Failure) {
        let parent = target.directoryName
        let directory = parent.appending(".\(target.lastComponent?.string ?? "").enclavia")
        self.target = target
        self.settings = settings
        paths = StorePaths(stateDirectory: directory.native, runtimeDirectory: nil)
        do throws(StoreError) {
            guard parent.followedStatus != nil else {
                throw StoreError.inaccessible(
                    path: parent.string, reason: Errno.noSuchFileOrDirectory.description)
            }
            try PrivateFileIO.makeOwnDirectory(directory)
            let path = directory.appending("lock")
            let taken = try storing { () throws(FileFault) in try FileLock.attempt(path) }
            guard let taken else { throw StoreError.locked(path: target.string, seconds: 0) }
            lock = taken
        } catch {
            if case .locked = error { throw .busy }
            throw .unwritable(error)
        }
        removeStore()
    }

    /// Copies a database as of this moment.
    ///
    /// - Throws: `DatabaseError`, `CancellationError`.
    func fill(from store: DatabaseQueue, progress: (Double) -> Void) throws {
        let copy = try DatabaseQueue(
            path: paths.database.sqliteName, configuration: settings.writing)
        try store.read { db in
            // A read transaction begins with the first read; in it, the copy is of one moment.
            _ = try Int.fetchOne(db, sql: "PRAGMA schema_version")
            try copy.writeWithoutTransaction { copied in
                try PageCopy(from: db, to: copied).run(progress: progress)
            }
        }
        try copy.close()
    }

    /// - Throws: ``StoreError``.
    func verify(
        _ options: VerifyOptions = VerifyOptions(), progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport {
        let store = HistoryStore(paths: paths, settings: settings)
        defer { store.close() }
        return try store.verify(options, progress: progress)
    }

    /// Gives the store its name, durably. Its connections must be closed, and its write-ahead log empty.
    func finish() throws(Failure) {
        let store = paths.database
        do {
            let file = try PrivateFileIO.open(store, [])
            try file.closeAfter {
                guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
                try PrivateFileIO.sync(file, store)
            }
            try store.rename(toNew: target)
            try PrivateFileIO.sync(directory: target.directoryName)
        } catch Errno.fileExists {
            throw .exists(target)
        } catch {
            throw .unwritable(
                (error as? StoreError) ?? PrivateFileIO.failure(at: target, error))
        }
    }

    /// Removes the directory.
    func remove() {
        removeStore()
        lock.release(removing: true)
        // Another process may make a store of that name by now.
        _ = paths.stateDirectory.withPlatformString { rmdir($0) }
    }

    /// What is made in the directory, by the beginnings of the names.
    private static let names = ["history.db", "damaged.db", "scratch.db"]

    /// Removes the store, and all other files that it was made with.
    func removeStore() {
        for name in DirectoryTree.names(in: paths.stateDirectory.native, followsLink: false)
        where Self.names.contains(where: name.hasPrefix) {
            try? paths.stateDirectory.appending(native: name).unlink()
        }
    }
}
