import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Glibc
import Synchronization
import TestSupport
import Testing

/// Reading a store that an ordinary connection cannot read.
struct ReadOpeningTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// Runs `body` on a copy of the store's files on a read-only file system.
    private func onReadOnly(_ body: (_ history: HistoryStore, _ notes: Notes) throws -> Void) throws
    {
        let copy = store.root + "/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try run("/bin/mount", "-t", "tmpfs", "-o", "size=20m,mode=700", "tmpfs", copy)
        defer { try? run("/bin/umount", "-l", copy) }
        for suffix in ["", "-wal", "-journal"] {
            let name = store.paths.database.string + suffix
            guard FileManager.default.fileExists(atPath: name) else { continue }
            try FileManager.default.copyItem(
                atPath: name, toPath: "\(copy)/history.db\(suffix)")
        }
        try run("/bin/mount", "-o", "remount,ro", copy)
        let notes = Notes()
        let paths = StorePaths(stateDirectory: copy, runtimeDirectory: nil)
        let history = HistoryStore(paths: paths) { notes.add($0) }
        try body(history, notes)
        history.close()
    }

    private final class Notes: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    private func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func count(_ history: HistoryStore) throws -> Int {
        var pushes = 0
        try history.forEach(HistoryQuery()) { _ in pushes += 1 }
        return pushes
    }

    private static let needsRoot = Comment("a file system can only be mounted by root")

    @Test func `a state directory on an unmounted disk is an error, not an empty history`()
        async throws
    {
        try FileManager.default.createSymbolicLink(
            atPath: store.paths.stateDirectory.string,
            withDestinationPath: store.root + "/disk/enclavia")
        for body in [{ _ = try store.history().summary() }, { _ = try store.opening().open() }] {
            do {
                try body()
                Issue.record("nothing was thrown")
            } catch StoreError.inaccessible(_, let reason) {
                #expect(reason.contains("is the disk mounted?"))
            }
        }
        try FileManager.default.createDirectory(
            atPath: store.root + "/disk/enclavia", withIntermediateDirectories: true)
        await SamplePush().record(in: store.journal(), store.clock)
        #expect(try store.history().summary().pushes == 1)
    }

    @Test(.enabled(if: geteuid() == 0, needsRoot))
    func `a store in a read-only directory is read as it is, and that is logged`()
        async throws
    {
        await SamplePush().record(in: store.journal(), store.clock)
        try store.checkpoint()
        try onReadOnly { history, notes in
            let found = try count(history)
            let report = try history.verify(head: nil) { _ in }
            #expect(found == 1)
            #expect(notes.all.count == 1)
            #expect(report.difference == nil)
        }
    }

    @Test(.enabled(if: geteuid() == 0, needsRoot))
    func `a read-only store with a WAL is read completely or not at all`() async throws {
        await SamplePush(tag: "v1").record(in: store.journal(), store.clock)
        try store.checkpoint()
        let journal = store.journal()
        await SamplePush(tag: "v2").record(in: journal, store.clock)
        let log = try FileManager.default.attributesOfItem(
            atPath: store.paths.database.string + "-wal")
        try #require((log[.size] as? Int ?? 0) > 0, "the log is not hot")
        try onReadOnly { history, notes in
            // An error is acceptable too.
            let found = try? count(history)
            #expect(found == nil || found == 2)
            #expect(notes.all.isEmpty)
        }
        await journal.close()
    }

    @Test func `a reader rolls back a hot rollback journal`() async throws {
        var settings = StoreSettings()
        settings.fileSystem = { _ in .network }
        let journal = StoreJournal(
            paths: store.paths, log: .off, system: store.clock, settings: settings)
        for number in 0..<40 {
            await SamplePush(tag: "v\(number)").record(in: journal, store.clock)
        }
        await journal.close()
        let path = store.paths.database.string
        let writer = try TemporaryStore.holder(path)
        try await onThread {
            try writer.inDatabase { db in
                try db.execute(sql: "PRAGMA cache_size = 5")
                try db.execute(sql: "BEGIN IMMEDIATE")
                try db.execute(sql: "UPDATE push SET context_user = 'mallory'")
                try db.execute(sql: "UPDATE push_json SET json = '{}'")
            }
        }
        // The state after a power cut: pages of the transaction are already in the file.
        let copy = store.root + "/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for suffix in ["", "-journal"] {
            try FileManager.default.copyItem(
                atPath: path + suffix, toPath: "\(copy)/history.db\(suffix)")
        }
        try await onThread { try writer.inDatabase { try $0.execute(sql: "ROLLBACK") } }

        let history = HistoryStore(paths: StorePaths(stateDirectory: copy, runtimeDirectory: nil))
        #expect(try count(history) == 40)
        #expect(try history.verify(head: nil) { _ in }.difference == nil)
        #expect(!FileManager.default.fileExists(atPath: "\(copy)/history.db-journal"))
    }
}
