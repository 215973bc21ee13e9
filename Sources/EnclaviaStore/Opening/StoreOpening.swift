import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Opens the store for writing; creates it if it is missing, and migrates an older schema.
///
/// Both happen under an exclusive flock, and a new store is completed under another name and then renamed. First
/// opens by several processes race even with a busy timeout, because SQLite does not wait when the journal mode
/// changes. A store of the current version is opened without the lock.
package struct StoreOpening {
    let paths: StorePaths
    let settings: StoreSettings
    /// Makes the chain's id for a store that has none.
    let newChain: @Sendable () -> ChainID
    /// Called with each warning, which does not prevent opening.
    let warn: @Sendable (StoreWarning) -> Void

    package init(
        paths: StorePaths, settings: StoreSettings = StoreSettings(),
        newChain: @escaping @Sendable () -> ChainID,
        warn: @escaping @Sendable (StoreWarning) -> Void = { _ in }
    ) {
        self.paths = paths
        self.settings = settings
        self.newChain = newChain
        self.warn = warn
    }

    /// - Throws: ``StoreError``, every case of it.
    package func open() throws(StoreError) -> DatabaseQueue {
        try PrivateFileIO.makeOwnDirectory(paths.stateDirectory, isLinkable: true)
        if let mode = PrivateFileIO.openMode(paths.stateDirectory) {
            warn(.openDirectory(path: paths.stateDirectory.string, mode: mode))
        }
        if let queue = try openCurrent() { return queue }

        let lock = try FileLock.acquire(paths.databaseLock, seconds: settings.busySeconds)
        defer { lock.release(removing: false) }
        if isMissing { try make() }
        let queue = try connect(paths.database)
        try migrate(queue)
        return queue
    }

    /// The store, if it exists with this program's schema version, or a newer one that this program may write.
    private func openCurrent() throws(StoreError) -> DatabaseQueue? {
        guard !isMissing else { return nil }
        let queue = try connect(paths.database)
        return try version(of: queue) >= Schema.version ? queue : nil
    }

    /// An empty file counts as missing: a version that did not yet create stores by renaming left it in a crash.
    private var isMissing: Bool {
        paths.database.status.map { $0.type == .regular && $0.size == 0 } ?? true
    }

    private func connect(_ path: FilePath) throws(StoreError) -> DatabaseQueue {
        try PrivateFileIO.check(path)
        return try errors {
            try DatabaseQueue(path: path.sqliteName, configuration: settings.writing)
        }
    }

    /// The schema's version.
    ///
    /// - Throws: ``StoreError/foreign(path:lostMarks:)`` for another program's file,
    ///   ``StoreError/tooNew(path:version:)`` where the newer version forbids older writers.
    private func version(of queue: DatabaseQueue) throws(StoreError) -> Int {
        try errors {
            try queue.inDatabase { db in
                let path = paths.database.string
                try Schema.checkApplication(db, path: path)
                let version = try Schema.version(db)
                if version == 0, let marks = Schema.marks(db) {
                    throw StoreError.foreign(path: path, lostMarks: marks)
                }
                if version > Schema.version { try checkMinimumWriter(db, version: version) }
                return version
            }
        }
    }

    private func checkMinimumWriter(_ db: Database, version: Int) throws {
        let sql = "SELECT value FROM meta WHERE key = 'minimum_writer'"
        let minimum = try String.fetchOne(db, sql: sql).flatMap { Int($0) } ?? version
        guard minimum <= Schema.version else {
            throw StoreError.tooNew(path: paths.database.string, version: "\(version)")
        }
    }

    private func errors<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        try storeErrors(paths.database, settings, body)
    }
}

extension StoreOpening {
    private func make() throws(StoreError) {
        let fresh = paths.stateDirectory.appending("history.db.new")
        for suffix in ["", "-journal", "-wal", "-shm"] {
            try? paths.stateDirectory.appending("history.db.new\(suffix)").unlink()
        }
        try setAsideOrphans()
        let file = try PrivateFileIO.open(fresh, [.create, .exclusiveCreate])
        // Synced below, once SQLite has filled it.
        defer { try? file.close() }
        let queue = try connect(fresh)
        try errors {
            try queue.inDatabase { db in
                // The next attempt deletes an incomplete store by its name, so one sync at the end is enough.
                try db.execute(sql: "PRAGMA synchronous = OFF")
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                try Schema.migrate(db, from: 0, chain: newChain)
                // The log of a new store is complete from its first event on.
                try LoggedThrough.set(0, db)
                // Last, so that the renamed file is complete by itself: on a full disk, a write-ahead log could not
                // be checkpointed, and would stay behind under the other name.
                if !isOnNetwork { try turnOnWriteAheadLog(db) }
            }
            try queue.close()
        }
        try PrivateFileIO.sync(file, fresh)
        try PrivateFileIO.rename(fresh, to: paths.database)
        try PrivateFileIO.sync(directory: paths.stateDirectory)
    }

    /// SQLite keeps the old mode, and reports no error, where it cannot change it.
    private func turnOnWriteAheadLog(_ db: Database) throws {
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw DatabaseError(resultCode: .SQLITE_IOERR, message: "no write-ahead log")
        }
    }

    /// Renames a journal whose database somebody removed: SQLite would apply it to the new one. Deletes an empty
    /// one.
    private func setAsideOrphans() throws(StoreError) {
        for suffix in ["-wal", "-journal"] {
            let journal = paths.stateDirectory.appending("history.db\(suffix)")
            guard let status = journal.status else { continue }
            if status.size == 0 {
                try? journal.unlink()
            } else {
                let aside = paths.stateDirectory.freeName("history.db\(suffix).orphan")
                try PrivateFileIO.rename(journal, to: aside)
                warn(.orphanedLog(path: aside.string, name: "history.db\(suffix)"))
            }
        }
        try? paths.stateDirectory.appending("history.db-shm").unlink()
    }

    private func migrate(_ queue: DatabaseQueue) throws(StoreError) {
        let version = try version(of: queue)
        guard version < Schema.version else { return }
        try errors {
            try queue.inDatabase { db in
                try Schema.migrate(db, from: version, chain: newChain)
            }
        }
    }

    private var isOnNetwork: Bool {
        settings.fileSystem(paths.stateDirectory.native) == .network
    }
}

extension Schema {
    /// Migrates a database from `version` to the newest, in one transaction.
    ///
    /// - Parameter chain: makes the chain's id, if the database has none.
    static func migrate(
        _ db: Database, from version: Int, through migrations: [Migration] = migrations,
        chain: () throws -> ChainID
    ) throws {
        try db.inTransaction(.immediate) {
            for migration in migrations where migration.version > version {
                try db.execute(sql: migration.sql)
                try db.execute(
                    sql: """
                        INSERT INTO meta (key, value) VALUES ('minimum_writer', ?)
                        ON CONFLICT (key) DO UPDATE SET value = excluded.value
                        """, arguments: ["\(migration.minimumWriter)"])
                try db.execute(sql: "PRAGMA user_version = \(migration.version)")
                if migration.version == Migration.pushOrder.version {
                    try EventChain.name(chain(), db)
                }
            }
            if let newest = migrations.last, newest.version > version {
                try PushView.renew(newest.version, db)
            }
            return .commit
        }
    }
}
