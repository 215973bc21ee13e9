import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct BackupTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private var target: String { store.root + "/copy.db" }

    private func backup(to path: String? = nil) throws(BackupError) -> BackupSummary {
        try StoreBackup(paths: store.paths, settings: store.settings(busySeconds: 10))
            .backup(to: path ?? target) { _ in }
    }

    /// What is beside the store.
    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.root).sorted()
    }

    /// The history in a file, as a store of its own.
    private func restored(_ path: String) throws -> TemporaryStore {
        let other = try TemporaryStore()
        try other.makeStateDirectory()
        try FileManager.default.copyItem(atPath: path, toPath: other.paths.database.string)
        return other
    }

    @Test func `a backup has what is in the write-ahead log alone`() async throws {
        let journal = store.journal()
        for tag in ["v1", "v2", "v3"] {
            await SamplePush(tag: tag).record(in: journal, store.clock)
        }
        // The journal keeps its connection, so nothing has been checkpointed.
        let alone = try restored(store.paths.database.string)
        #expect(try alone.history().summary().pushes == 0)

        let summary = try backup()
        let original = try store.history().verify(head: nil) { _ in }
        #expect(summary.path == target)
        #expect(summary.pushes == 3 && summary.events == original.events)
        #expect(summary.head == original.head)
        let copy = try restored(target)
        let report = try copy.history().verify(head: summary.head) { _ in }
        #expect(report.isIntact == true && report.pushes == 3)
        #expect(try copy.exported() == store.exported())
        await journal.close()
    }

    @Test func `a backup is private, and can be written to once it is restored`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        _ = try backup()
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try names() == ["copy.db", "state"])
        let copy = try restored(target)
        #expect(try copy.query { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        await SamplePush(tag: "v2").record(in: copy.journal(), copy.clock)
        #expect(try copy.history().verify(head: nil) { _ in }.pushes == 2)
    }

    @Test func `pushes in the spool are counted, since the copy lacks them`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        let spool = try #require(store.paths.spools.first)
        try FileManager.default.createDirectory(
            atPath: spool.string, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let file = spool.appending("01900000-0000-7000-8000-000000000001.jsonl")
        try Data("{}".utf8).write(to: URL(filePath: file.string))
        #expect(try backup().spooled == 1)
    }

    @Test func `a backup appends no event`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        let before = try store.history().verify(head: nil) { _ in }
        _ = try backup()
        #expect(try store.history().verify(head: nil) { _ in } == before)
    }

    @Test func `an existing file is not replaced`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        try Data("mine".utf8).write(to: URL(filePath: target))
        #expect(throws: BackupError.exists(path: target)) { try backup() }
        #expect(try Data(contentsOf: URL(filePath: target)) == Data("mine".utf8))
        #expect(try names() == ["copy.db", "state"])
        try FileManager.default.moveItem(atPath: target, toPath: target + "-wal")
        #expect(throws: BackupError.exists(path: target + "-wal")) { try backup() }
        #expect(try names() == ["copy.db-wal", "state"])
    }

    @Test func `without a history there is no backup`() throws {
        #expect(throws: BackupError.missing(path: store.paths.database.string)) { try backup() }
        #expect(try names() == [])
    }

    @Test func `a damaged history is not copied`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        try store.edit { try $0.execute(sql: "UPDATE push SET owner = 'mallory'") }
        do {
            _ = try backup()
            Issue.record("it was copied")
        } catch {
            guard case .damaged(let path, let report) = error else { throw error }
            #expect(path == store.paths.database.string)
            #expect(report.difference?.field?.name == "owner")
        }
        #expect(try names() == ["state"])
    }

    @Test func `a target in a missing directory is an error`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        do {
            _ = try backup(to: store.root + "/missing/copy.db")
            Issue.record("it was copied")
        } catch {
            guard case .target(.inaccessible(let path, _)) = error else { throw error }
            #expect(path == store.root + "/missing")
        }
        #expect(try names() == ["state"])
    }

    @Test func `what a killed backup left behind is used again`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        let draft = store.root + "/.copy.db.enclavia"
        try FileManager.default.createDirectory(
            atPath: draft, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        for name in ["history.db", "history.db-journal", "lock"] {
            try Data("half".utf8).write(to: URL(filePath: "\(draft)/\(name)"))
        }
        #expect(try backup().pushes == 1)
        #expect(try names() == ["copy.db", "state"])
    }

    @Test func `a cancelled backup leaves nothing behind`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        let (paths, target) = (store.paths, target)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try StoreBackup(paths: paths).backup(to: target) { _ in }
        }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try names() == ["state"])
    }
}
