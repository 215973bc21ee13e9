import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Each problem with the store has its own error.
struct StoreErrorTests {
    private let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func error(_ body: () throws -> Void) -> StoreError? {
        do {
            try body()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    private func readAll() -> StoreError? {
        error { try store.history().forEach(HistoryQuery()) { _ in } }
    }

    @Test func `a text file in the store's place is reported as a damaged history`() throws {
        try store.makeStateDirectory()
        try String(repeating: "no database ", count: 100)
            .write(toFile: store.paths.database.string, atomically: false, encoding: .utf8)
        let found = readAll()
        guard case .corrupt? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }

    @Test func `another program's database is not called damaged`() throws {
        try store.makeStateDirectory()
        try store.edit { db in
            try db.execute(
                sql: "PRAGMA application_id = 7; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        }
        #expect(readAll() == .foreign(path: store.paths.database.string, lostMarks: nil))
    }

    @Test func `the error for a restored dump has the settings that it lacks`() async throws {
        try await store.importText(try Corpus(count: 3).export)
        try store.checkpoint()
        try store.edit { db in
            try db.execute(sql: "PRAGMA application_id = 0; PRAGMA user_version = 0")
        }
        let found = readAll()
        guard case .foreign(_, let marks?)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        try store.edit { db in
            try db.execute(
                sql: """
                    PRAGMA application_id = \(marks.applicationID);
                    PRAGMA user_version = \(marks.version)
                    """)
        }
        let report = try store.history().verify(head: nil) { _ in }
        #expect(report.isIntact == true && report.pushes == 3)
    }

    @Test func `a store that has lost its version alone is not written to`() async throws {
        try await store.importText(try Corpus(count: 3).export)
        try store.checkpoint()
        try store.edit { db in try db.execute(sql: "PRAGMA user_version = 0") }
        let found = error { _ = try store.opening().open() }
        guard case .foreign(_, let marks?)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect(marks.version == Schema.version)
    }

    @Test func `a missing table is reported as damage, with its name`() async throws {
        try await store.importText(try Corpus(count: 3).export)
        try store.edit { db in try db.execute(sql: "DROP TABLE push_label") }
        let found = error {
            var query = HistoryQuery()
            query.labels = [LabelFilter(key: "team", value: "blue")]
            try store.history().forEach(query) { _ in }
        }
        guard case .corrupt(_, let detail)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect(detail.contains("push_label"))
    }

    @Test func `a store without its table meta is reported as damaged`() async throws {
        try await store.importText(try Corpus(count: 3).export)
        try store.edit { db in try db.execute(sql: "DROP TABLE meta") }
        do {
            try await store.importText(try Corpus(count: 4).export)
            Issue.record("nothing was thrown")
        } catch ImportError.store(.corrupt(_, let detail)) {
            #expect(detail.contains("meta"))
        }
    }

    @Test func `a pipe in the store's place is not replaced`() async throws {
        try store.makeStateDirectory()
        try #require(mkfifo(store.paths.database.string, 0o600) == 0)
        let found = error { _ = try store.opening().open() }
        guard case .unsafe? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }

    @Test func `a write that a changed schema forbids is not reported as damage`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        try store.edit { db in
            try db.execute(sql: "CREATE UNIQUE INDEX once ON push (repository)")
        }
        do {
            try await store.importText(try Corpus(count: 1000).export)
            Issue.record("nothing was thrown")
        } catch ImportError.store(.constraint(_, let detail)) {
            #expect(detail.contains("repository"))
        }
        #expect(try store.history().summary().pushes == 1)
    }

    @Test func `a read whose command was cancelled ends`() async throws {
        // Enough records for SQLite to check whether it was interrupted.
        try await store.importText(try Corpus(count: 8_000).export)
        let history = store.history()
        let reading = Task { () -> StoreError? in
            withUnsafeCurrentTask { $0?.cancel() }
            return error {
                try history.forEachDay(
                    HistoryQuery(), isByRepository: true, day: { _ in "day" }, [{ _ in }])
            }
        }
        #expect(await reading.value == .cancelled)
    }

    @Test func `an overwritten page is reported as damage`() async throws {
        try await store.importText(try Corpus(count: 300).export)
        try store.checkpoint()
        let file = try #require(FileHandle(forUpdatingAtPath: store.paths.database.string))
        let size = try file.seekToEnd()
        for page in 2..<(size / 4096) {
            try file.seek(toOffset: page * 4096)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        }
        try file.close()
        let found = readAll()
        guard case .corrupt? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }
}
