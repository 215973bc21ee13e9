import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// The view `push_v1`, which is made from the table of fields.
struct PushViewTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
        _ = try store.opening().open()
    }

    @Test func `the columns of the view are the fields, in their order`() throws {
        let columns = try store.query { db in
            try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('push_v1')")
        }
        #expect(columns == RecordField.all.map(\.name))
    }

    @Test func `the view's SQL is the same as in existing stores`() throws {
        let text = try store.query { db in
            try String.fetchOne(db, sql: "SELECT sql FROM sqlite_schema WHERE name = 'push_v1'")
        }
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/history-v\(Schema.version).sql")
        let view = try #require(text)
        #expect(try String(contentsOf: fixture, encoding: .utf8).contains(view + ";"))
    }
}
