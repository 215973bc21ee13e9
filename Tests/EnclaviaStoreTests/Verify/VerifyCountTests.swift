import EnclaviaCore
import EnclaviaStore
import Testing

/// The number of differences if not all are listed: each field of each push counts once.
extension VerifyTests {
    private static let push = "UPDATE push SET destination = 'x'"
    private static func json(_ value: String) -> String {
        "UPDATE push_json SET json = json_set(json, '$.destination', '\(value)')"
    }
    private static let some = " WHERE num % 3 = 0"

    @Test(arguments: [
        [json("x")], [push, json("x")], [push, json("y")], [push, json("y") + some],
        [push + some, json("x")],
    ])
    func `a field that differs in one or two tables counts as one difference`(_ edits: [String])
        async throws
    {
        try await store.importText(Corpus(count: 60, seed: 99).export)
        let pushes = try verify().pushes
        #expect(pushes > VerifyDifferences.limit)
        try store.edit { db in
            for sql in edits { try db.execute(sql: sql) }
        }
        let differences = try verify().differences
        #expect(differences.count == pushes)
        #expect(differences.listed.count == VerifyDifferences.limit)
        #expect(Set(differences.listed.compactMap(\.pushID)).count == VerifyDifferences.limit)
    }

    @Test
    func `two fields that differ count as two differences for each push`() async throws {
        try await store.importText(Corpus(count: 60, seed: 99).export)
        let pushes = try verify().pushes
        try store.edit { db in
            try db.execute(sql: Self.push)
            try db.execute(
                sql: "UPDATE push_json SET json = json_set(json, '$.cli_version', '0')")
        }
        #expect(try verify().differences.count == 2 * pushes)
    }

    @Test
    func `each record that is not JSON counts as one difference`() async throws {
        try await store.importText(Corpus(count: 60, seed: 99).export)
        let pushes = try verify().pushes
        try store.edit { try $0.execute(sql: "UPDATE push_json SET json = 'x' || num") }
        let differences = try verify().differences
        #expect(differences.count == pushes)
        #expect(Set(differences.listed.compactMap(\.pushID)).count == VerifyDifferences.limit)
    }

    @Test
    func `a record with a forged id is reported for the push that it belongs to`() throws {
        let id = try store.query {
            try #require(
                try String.fetchOne($0, sql: "SELECT min(id) FROM push WHERE effective_rank > 0"))
        }
        let forged = "00000000-0000-7000-8000-000000000000"
        try store.edit {
            try $0.execute(
                sql: """
                    UPDATE push_json SET json = json_set(json, '$.id', ?)
                    WHERE num = (SELECT num FROM push WHERE id = ?)
                    """, arguments: [forged, id])
        }
        let differences = try verify().differences
        #expect(differences.count == 1)
        #expect(differences.listed.first?.pushID == id)
        #expect(
            differences.listed.first?.field
                == DifferingField("id", found: forged, expected: id))
    }
}
