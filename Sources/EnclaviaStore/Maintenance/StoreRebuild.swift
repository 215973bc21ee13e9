import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Rebuilt tables in a draft beside the history.
final class StoreRebuild: PreparedRebuild {
    private let paths: StorePaths
    private let settings: StoreSettings
    private let draft: StoreDraft
    /// The newest event that the draft has.
    private let head: EventChain.Head
    private(set) var summary: RebuildSummary
    let report: VerifyReport

    init(
        _ paths: StorePaths, _ settings: StoreSettings, _ draft: StoreDraft,
        _ head: EventChain.Head, _ summary: RebuildSummary, _ report: VerifyReport
    ) {
        self.paths = paths
        self.settings = settings
        self.draft = draft
        self.head = head
        self.summary = summary
        self.report = report
    }

    func discard() {
        draft.remove()
    }

    func apply(progress: (Double) -> Void) throws(RebuildError) -> RebuildSummary {
        defer { draft.remove() }
        let copy = try keep()
        do throws(RebuildError) {
            try rebuilding(paths, settings) { try replace(progress: progress) }
        } catch {
            // It holds nothing that the unchanged history does not.
            try? copy.unlink()
            throw error
        }
        summary.backup = copy.string
        return summary
    }

    /// Keeps the history as it is beside itself, without verifying it.
    private func keep() throws(RebuildError) -> FilePath {
        let target = paths.stateDirectory.freeName("history.db.before-rebuild")
        do throws(StoreDraft.Failure) {
            let copy = try StoreDraft(of: target, settings)
            defer { copy.remove() }
            do {
                let queue = try ReadOpening(paths: paths, settings: settings, note: { _ in }).open()
                defer { try? queue?.close() }
                try queue.map { try copy.fill(from: $0) { _ in } }
            } catch {
                throw StoreDraft.Failure.unwritable(
                    StoreError(error, path: paths.database, settings))
            }
            try copy.finish()
        } catch {
            throw RebuildError(error, paths)
        }
        return target
    }

    /// Replaces the pages of the history by those of the draft, in one transaction of its database.
    private func replace(progress: (Double) -> Void) throws {
        try PrivateFileIO.check(paths.database)
        let history = try DatabaseQueue(
            path: paths.database.sqliteName, configuration: settings.writing)
        defer { try? history.close() }
        let rebuilt = try DatabaseQueue(
            path: draft.paths.database.sqliteName, configuration: settings.writing)
        defer { try? rebuilt.close() }
        try history.writeWithoutTransaction { target in
            let mode = try String.fetchOne(target, sql: "PRAGMA journal_mode")
            if mode == "wal" {
                let copy = try rebuilt.inDatabase { try PageCopy(from: $0, to: target) }
                // From here on nobody else can write; until the end, readers see the old tables.
                try copy.lockTarget()
                try completeBeside(rebuilt)
                try copy.run(progress: progress)
            } else {
                // With a rollback journal, that lock would keep another connection from reading, too. In this mode the
                // connection keeps its lock after a transaction (https://www.sqlite.org/pragma.html#pragma_locking_mode).
                try target.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try target.inTransaction(.exclusive) {
                    try complete(rebuilt, from: target)
                    return .commit
                }
                try rebuilt.inDatabase { try PageCopy(from: $0, to: target) }.run(
                    progress: progress)
            }
        }
    }

    /// ``complete(_:from:)``, with a connection of its own.
    private func completeBeside(_ rebuilt: DatabaseQueue) throws {
        let reading = ReadOpening(paths: paths, settings: settings, note: { _ in })
        guard let history = try reading.open() else {
            throw RebuildError.missing(path: paths.database.string)
        }
        defer { try? history.close() }
        try history.read { db in try complete(rebuilt, from: db) }
    }

    /// Adds what the draft lacks: the events of pushes that were recorded meanwhile, and what follows from no event.
    private func complete(_ rebuilt: DatabaseQueue, from db: Database) throws {
        let statement = try RawStatement(
            db, "SELECT hash FROM event NOT INDEXED WHERE seq = \(head.sequence)")
        let hash = try statement.first { Array($0.bytes(0)) } ?? HashChain.origin
        guard hash == head.hash else {
            throw RebuildError.changed(path: paths.database.string)
        }
        let filling = DraftFilling(draft, settings)
        let newest = try filling.append(to: rebuilt, after: head, from: db) { _ in }
        summary.events = Int(newest.sequence)
        let logged = try? LoggedThrough.value(db)
        let enclaves = try? EnclaveRow.all(db)
        try rebuilt.inDatabase { new in
            try new.inTransaction(.immediate) {
                if let logged, 0...newest.sequence ~= logged {
                    try LoggedThrough.set(logged, new)
                }
                for enclave in enclaves ?? [] { try enclave.insert(new) }
                summary.pushes =
                    try Int.fetchOne(new, sql: "SELECT count(*) FROM push") ?? 0
                return .commit
            }
        }
    }
}

/// A row of the table `enclave`, which completion offers; it follows from no event.
private struct EnclaveRow {
    private let values: [[UInt8]?]

    /// - Throws: `DatabaseError` where the table is damaged.
    static func all(_ db: Database) throws -> [EnclaveRow] {
        let rows = try RawStatement(
            db, "SELECT id, name, backend, seen_at FROM enclave NOT INDEXED")
        var all: [EnclaveRow] = []
        while try rows.step() {
            all.append(
                EnclaveRow(
                    values: (0..<4).map { rows.isNull($0) ? nil : Array(rows.bytes($0)) }))
        }
        return all
    }

    func insert(_ db: Database) throws {
        let insertion = try RawStatement(
            db, "INSERT OR IGNORE INTO enclave (id, name, backend, seen_at) VALUES (?, ?, ?, ?)")
        for (value, index) in zip(values, CInt(1)...) {
            if let value {
                insertion.bind(text: value, at: index)
            } else {
                insertion.bindNull(at: index)
            }
        }
        try insertion.run()
    }
}
