import EnclaviaCore
import EnclaviaStore
import GRDB
import Testing

/// What a report contains about a history and each difference.
extension VerifyTests {
    @Test
    func `own and imported pushes are counted separately, and the oldest event is dated`() throws {
        let report = try verify()
        #expect(report.imported == 30)
        let oldest = try store.query {
            try String.fetchOne($0, sql: "SELECT time FROM event WHERE seq = 1")
        }
        #expect(report.oldest?.description == oldest)
        #expect(report.pruned == 0)
    }

    /// The ids of pushes of this machine that have a digest, oldest first.
    private func own() throws -> [String] {
        try store.query {
            try String.fetchAll(
                $0, sql: "SELECT id FROM push WHERE effective_rank > 0 ORDER BY effective_rank")
        }
    }

    @Test
    func `every push that differs is named, with the field and both values`() throws {
        let ids = try own()
        let wanted = try store.query {
            try String.fetchOne(
                $0, sql: "SELECT digest FROM push WHERE id = ?", arguments: [ids[1]])
        }
        let forged = SamplePush.digest(77).description
        try store.edit { db in
            // One push differs in `push`, one in `push_json`, and one in both.
            try db.execute(
                sql: "UPDATE push SET context_user = 'mallory' WHERE id = ?", arguments: [ids[0]])
            try db.execute(
                sql: "UPDATE push SET digest = ? WHERE id = ?", arguments: [forged, ids[1]])
            try db.execute(
                sql: """
                    UPDATE push_json SET json = json_set(json, '$.digest', ?)
                    WHERE num IN (SELECT num FROM push WHERE id IN (?, ?))
                    """, arguments: [forged, ids[1], ids[2]])
        }
        let report = try verify()
        let fields = report.differences.listed.map { difference in
            [difference.pushID, difference.field?.name, difference.field?.found]
        }
        #expect(
            Set(fields) == [
                [ids[0], "context_user", "mallory"], [ids[1], "digest", forged],
                [ids[2], "digest", forged],
            ])
        #expect(report.differences.count == 3)
        let both = report.differences.listed.first { $0.pushID == ids[1] }
        #expect(both?.field?.expected == wanted)
    }

    @Test
    func `differences beyond the limit are only counted`() async throws {
        try await store.importText(Corpus(count: 60, seed: 99).export)
        let pushes = try verify().pushes
        #expect(pushes > VerifyDifferences.limit)
        try store.edit { try $0.execute(sql: "UPDATE push SET destination = 'x'") }
        let report = try verify()
        #expect(report.differences.count == pushes)
        #expect(report.differences.listed.count == VerifyDifferences.limit)
        #expect(
            Set(report.differences.listed.compactMap(\.pushID)).count == VerifyDifferences.limit)
    }

    @Test
    func `each missing or additional push is listed`() throws {
        let ids = try own()
        try store.edit { db in
            try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
            try db.execute(sql: "DELETE FROM push WHERE id IN (?, ?)", arguments: [ids[0], ids[1]])
            try db.execute(
                sql: "UPDATE push SET id = '00000000-0000-7000-8000-000000000000' WHERE id = ?",
                arguments: [ids[2]])
        }
        let rows = try verify().differences.listed.filter { $0.field?.name == nil }
        let missing = rows.filter { $0.field == .missingRow }.compactMap(\.pushID)
        #expect(Set(missing) == Set(ids.prefix(3)))
        #expect(
            rows.filter { $0.field == .surplusRow }.compactMap(\.pushID)
                == ["00000000-0000-7000-8000-000000000000"])
    }

    @Test
    func `an edited event is listed with its push and the changed field`() throws {
        let id = try own()[0]
        let sequence = try store.query {
            try Int64.fetchOne(
                $0, sql: "SELECT seq FROM event WHERE push_id = ? AND type LIKE '%.finished'",
                arguments: [id])
        }
        let edited = try #require(sequence)
        try store.edit {
            try $0.execute(
                sql: "UPDATE event SET data = replace(data, 'def456', 'aaa456') WHERE seq = ?",
                arguments: [edited])
        }
        let report = try verify()
        #expect(report.difference == .data(sequence: edited))
        #expect(report.pushIDs[edited] == id)
        #expect(
            report.differences.listed.dropFirst().map(\.field)
                == [
                    DifferingField("context_git_commit", found: "def456", expected: "aaa456")
                ])
    }
}
