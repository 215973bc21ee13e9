import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// A history with several damages: a check reports what it finds, even if the next check fails.
struct DoubleDamageTests {
    let store: TemporaryStore
    /// The damaged push, one of this machine.
    let id: String
    private let path: URL
    private let sound: Data

    init() async throws {
        store = try TemporaryStore()
        let journal = store.journal()
        for number in 0..<4 {
            await SamplePush(digest: SamplePush.digest(number)).record(in: journal, store.clock)
        }
        await journal.close()
        try await store.importText(Corpus(count: 12).export)
        id = try store.query {
            try #require(
                try String.fetchOne($0, sql: "SELECT min(id) FROM push WHERE effective_rank > 0"))
        }
        try store.checkpoint()
        path = URL(filePath: store.paths.database.string)
        sound = try Data(contentsOf: path)
    }

    /// Damages the intact file, and verifies it.
    private func verify(damaging: (TemporaryStore) throws -> Void) throws -> VerifyReport {
        try sound.write(to: path)
        try damaging(store)
        let report = try store.history().verify(head: nil) { _ in }
        try store.checkpoint()
        return report
    }

    private func verify(_ statements: [String]) throws -> VerifyReport {
        try verify { store in
            try store.edit { db in
                for sql in statements {
                    try db.execute(sql: sql.replacing("PUSH", with: "'\(id)'"))
                }
            }
        }
    }

    private static func json(_ value: String) -> String {
        "UPDATE push_json SET json = \(value) WHERE num = (SELECT num FROM push WHERE id = PUSH)"
    }
    private static let retyped = """
        UPDATE event SET data = replace(data, 'push.started', 'push.startled')
        WHERE seq = (SELECT min(seq) FROM event WHERE push_id = PUSH)
        """
    private static let noEvents = "DELETE FROM event WHERE push_id = PUSH"

    @Test
    func `an empty record is a difference in addition to the push's changed event`() throws {
        let report = try verify([Self.json("'{}'"), Self.retyped])
        let sequence = try store.query {
            try Int64.fetchOne(
                $0, sql: "SELECT min(seq) FROM event WHERE push_id = ?", arguments: [id])
        }
        let event = try #require(sequence)
        #expect(report.difference == .data(sequence: event))
        #expect(
            report.differences.listed.contains(
                .projection(table: "push_json", key: id, column: "json")))
    }

    @Test
    func `a record that is not JSON is a difference even if the push's events are gone`() throws {
        let report = try verify([Self.noEvents, Self.json("'garbage'")])
        guard case .sequence = report.difference else {
            Issue.record("\(String(describing: report.difference))")
            return
        }
        #expect(
            report.differences.listed.suffix(2) == [
                .projection(table: "push", key: id, column: nil, field: .surplusRow),
                .projection(table: "push_json", key: id, column: "json"),
            ])
    }

    @Test
    func `a push without events differs even if its labels are invalid in both tables`() throws {
        let report = try verify([
            Self.noEvents, Self.json("json_set(json, '$.labels', 'x')"),
            "UPDATE push SET labels = 'x' WHERE id = PUSH",
        ])
        #expect(
            report.differences.listed.contains(
                .projection(table: "push", key: id, column: nil, field: .surplusRow)))
    }

    @Test
    func `an unreadable record does not hide other pushes that differ`() throws {
        let report = try verify([
            Self.json("'garbage'"), "UPDATE push SET backend = 'x' WHERE id > PUSH",
        ])
        let others = try store.query {
            try String.fetchAll(
                $0, sql: "SELECT id FROM push WHERE id > ? ORDER BY id", arguments: [id])
        }
        #expect(others.count > 1)
        let named = report.differences.listed.filter { $0.field?.name == "backend" }
        #expect(Set(named.compactMap(\.pushID)) == Set(others))
        #expect(report.differences.count == others.count + 1)
    }

    @Test
    func `any two damages of a push, its events and its record are found`() throws {
        let events = [
            Self.noEvents, Self.retyped,
            "UPDATE event SET data = 'garbage' WHERE push_id = PUSH",
            "UPDATE event SET data = '{}' WHERE push_id = PUSH",
            "UPDATE event SET data = NULL WHERE push_id = PUSH",
        ]
        let texts = [
            "'garbage'", "'{}'", "''", "'[]'", "'null'", "'5'", "'{\"id\":1}'", "json || char(0)",
            "json || '}'", "json_set(json, '$.labels', json('[1]'))",
            "json_set(json, '$.revision', 'x')", "json_remove(json, '$.outcome')",
        ].map(Self.json)
        let columns = ["'x'", "'[1]'", "'5'", "''"].map {
            "UPDATE push SET labels = \($0) WHERE id = PUSH"
        }
        for event in events {
            for other in texts + columns {
                let report = try verify([other, event])
                #expect(report.isIntact == false, "\(event); \(other)")
            }
        }
        for text in texts {
            for column in columns {
                let report = try verify([text, column])
                #expect(report.isIntact == false, "\(text); \(column)")
            }
        }
        #expect(try verify([]).isIntact == true)
    }

    @Test func `verify finds two random edits`() throws {
        var generator = SeededRandom(seed: 1919)
        var rounds = 0
        while rounds < 20 {
            var edits: [String] = []
            do {
                let report = try verify { store in
                    for _ in 0..<2 {
                        try store.edit { edits.append(try RandomEdit.make($0, &generator)) }
                    }
                }
                if edits.contains("") { continue }
                #expect(report.difference != nil, "\(edits)")
                rounds += 1
            } catch is DatabaseError {
                // A constraint refused one of the edits.
                try store.checkpoint()
            }
        }
    }
}
