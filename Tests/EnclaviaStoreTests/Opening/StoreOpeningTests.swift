import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

struct StoreOpeningTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func open(_ settings: StoreSettings = StoreSettings()) throws -> DatabaseQueue {
        try store.opening(settings).open()
    }

    @Test(arguments: [
        ("journal_mode", "wal"), ("synchronous", "3"), ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("user_version", "\(Schema.version)"), ("application_id", "\(0x656E_636C)"),
    ])
    func `a writing connection has its settings`(pragma: String, value: String) throws {
        for _ in 0..<2 {
            let found = try open().inDatabase {
                try Row.fetchOne($0, sql: "PRAGMA \(pragma)")?[0] as DatabaseValue?
            }
            #expect(found.map { String.fromDatabaseValue($0) ?? "\($0)" } == value)
        }
    }

    @Test
    func `a store on a network file system has a rollback journal`() throws {
        var settings = StoreSettings()
        settings.fileSystem = { _ in .network }
        let mode = try open(settings).inDatabase {
            try String.fetchOne($0, sql: "PRAGMA journal_mode")
        }
        #expect(mode == "delete")
    }

    @Test(arguments: ["", "/a", "/a/b"])
    func `the error names a link to an unmounted disk at any depth`(_ below: String)
        async throws
    {
        let link = store.root + "/link"
        #expect(symlink("not-mounted", link) == 0)
        let opening = StoreOpening(
            paths: StorePaths(stateDirectory: link + below, runtimeDirectory: nil),
            newChain: { ChainID(store.clock.newID()) })
        let reason = "it is a symbolic link to a missing file: is the disk mounted?"
        #expect(throws: StoreError.inaccessible(path: link, reason: reason)) { try opening.open() }
    }

    @Test
    func `only the owner can access the files`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        for name in ["history.db", "history.db.lock", "events.jsonl"] {
            let path = store.paths.stateDirectory.appending(name).string
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        let directory = try FileManager.default.attributesOfItem(
            atPath: store.paths.stateDirectory.string)
        #expect(directory[.posixPermissions] as? Int == 0o700)
    }

    @Test(arguments: ["history.db", "history.db.lock"])
    func `a symbolic link in the place of a file is refused`(name: String) throws {
        try store.makeStateDirectory()
        let path = store.paths.stateDirectory.appending(name).string
        let target = store.root + "/elsewhere"
        #expect(FileManager.default.createFile(atPath: target, contents: Data([1])))
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        #expect(throws: StoreError.unsafe(path: path, reason: "it is a symbolic link")) {
            _ = try open()
        }
        #expect(FileManager.default.contents(atPath: target) == Data([1]))
    }

    @Test
    func `fifty first openings at the same time all succeed`() async throws {
        let opening = store.opening()
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await onThread {
                        try opening.open().inDatabase {
                            try Int.fetchOne($0, sql: "PRAGMA user_version")
                        }
                    }
                }
            }
            for try await version in group { #expect(version == Schema.version) }
        }
    }

    @Test
    func `another program's database is refused`() throws {
        try store.makeStateDirectory()
        try store.edit { try $0.execute(sql: "CREATE TABLE t (x)") }
        let error = StoreError.foreign(path: store.paths.database.string, lostMarks: nil)
        #expect(throws: error) { _ = try open() }
        #expect(throws: error) { _ = try store.history().summary() }
    }

    @Test func `an empty file becomes a store`() throws {
        try store.makeStateDirectory()
        try Data().write(to: URL(filePath: store.paths.database.string))
        #expect(try store.history().summary().pushes == 0)
        _ = try open()
        #expect(try store.history().summary().events == 0)
    }

    @Test
    func `a newer store is read, and written where it allows that`() async throws {
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        let raise = { (minimum: Int) in
            try store.edit { db in
                try db.execute(sql: "PRAGMA user_version = 7")
                try db.execute(
                    sql: "UPDATE meta SET value = ? WHERE key = 'minimum_writer'",
                    arguments: ["\(minimum)"])
            }
        }
        try raise(1)
        _ = try open()
        try raise(7)
        #expect(throws: StoreError.tooNew(path: store.paths.database.string, version: "7")) {
            _ = try open()
        }
        #expect(try store.history().record(receipt.record.id) == receipt.record)
    }
}
