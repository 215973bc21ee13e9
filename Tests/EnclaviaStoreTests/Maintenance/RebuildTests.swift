import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct RebuildTests {
    let store: TemporaryStore

    init() async throws {
        store = try TemporaryStore()
        let journal = store.journal()
        for tag in ["v1", "v2", "v3"] {
            await SamplePush(tag: tag).record(in: journal, store.clock)
        }
        await journal.close()
    }

    private var rebuilder: StoreRebuilder {
        StoreRebuilder(
            paths: store.paths, settings: store.settings(busySeconds: 10), system: store.clock)
    }

    private func prepare(
        head: String? = nil
    ) throws -> (rebuild: any PreparedRebuild, changes: [RebuiltPush]) {
        var changes: [RebuiltPush] = []
        let rebuild = try rebuilder.prepare(VerifyOptions(head: head)) { _ in
        } changed: {
            changes.append($0)
        }
        return (rebuild, changes)
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.paths.stateDirectory.string)
            .filter { !$0.hasPrefix("history.db-") }.sorted()
    }

    private func verify(head: String? = nil) throws -> VerifyReport {
        try store.history().verify(head: head) { _ in }
    }

    @Test func `an edited field becomes what the events say`() throws {
        let (exported, head) = (try store.exported(), try verify().head)
        try store.edit { try $0.execute(sql: "UPDATE push SET owner = 'mallory' WHERE tag = 'v2'") }
        #expect(try verify().isIntact == false)
        let (rebuild, changes) = try prepare(head: head)
        #expect(changes.count == 1)
        #expect(
            changes.first?.change
                == .fields([DifferingField("owner", found: "mallory", expected: "alice")]))
        #expect(try verify().isIntact == false)
        let summary = try rebuild.apply { _ in }
        #expect(summary.pushes == 3 && summary.changed == 1 && summary.lost == 0)
        #expect(!summary.isPartial)
        let report = try verify(head: head)
        #expect(report.isIntact == true && report.head == head)
        #expect(try store.exported() == exported)
    }

    @Test func `the history is kept beside as it was`() throws {
        try store.edit { try $0.execute(sql: "UPDATE push SET owner = 'mallory' WHERE tag = 'v2'") }
        let before = try names()
        let summary = try prepare().rebuild.apply { _ in }
        let backup = try #require(summary.backup)
        #expect(try names() == (before + ["history.db.before-rebuild"]).sorted())
        let owners = try DatabaseQueue(path: backup).read {
            try String.fetchAll($0, sql: "SELECT DISTINCT owner FROM push ORDER BY owner")
        }
        #expect(owners == ["alice", "mallory"])
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try prepare().rebuild.apply { _ in }.backup == backup + "-2")
    }

    @Test(arguments: [
        "DELETE FROM push WHERE tag = 'v2'",
        "UPDATE push_json SET json = replace(json, 'alice', 'mallory')",
        "DELETE FROM push_json",
        "UPDATE tally SET count = 99",
        "DELETE FROM reference",
        "DROP TABLE push",
        "DROP INDEX push_succeeded",
        "DROP VIEW push_v1",
        "CREATE TRIGGER evil AFTER INSERT ON event BEGIN DELETE FROM push; END",
        "PRAGMA user_version = 0",
    ])
    func `what differs from the events is made anew`(_ edit: String) throws {
        let (exported, head) = (try store.exported(), try verify().head)
        try store.edit { try $0.execute(sql: edit) }
        _ = try prepare().rebuild.apply { _ in }
        #expect(try verify(head: head).isIntact == true)
        #expect(try store.exported() == exported)
    }

    @Test func `a push that no event supports is named, and removed`() throws {
        try store.edit {
            try $0.execute(
                sql: """
                    CREATE TEMP TABLE forged AS SELECT * FROM push WHERE tag = 'v3';
                    UPDATE forged SET num = 99, id = '01900000-0000-7000-8000-00000000f00d';
                    INSERT INTO push SELECT * FROM forged;
                    INSERT INTO push_json SELECT 99, json FROM push_json LIMIT 1;
                    """)
        }
        let (rebuild, changes) = try prepare()
        #expect(
            changes == [
                RebuiltPush(id: "01900000-0000-7000-8000-00000000f00d", change: .removed)
            ])
        let summary = try rebuild.apply { _ in }
        #expect(summary.lost == 1 && summary.pushes == 3)
        #expect(try verify().isIntact == true)
    }

    @Test func `what is recorded before the tables are replaced is in them`() async throws {
        try store.edit { try $0.execute(sql: "UPDATE push SET owner = 'mallory'") }
        let rebuild = try prepare().rebuild
        await SamplePush(tag: "v4").record(in: store.journal(), store.clock)
        let summary = try rebuild.apply { _ in }
        #expect(summary.pushes == 4)
        let report = try verify()
        #expect(report.isIntact == true && report.pushes == 4)
        #expect(report.events == summary.events)
    }

    @Test func `a history without a write-ahead log, as on a network, is rebuilt as well`() throws {
        let exported = try store.exported()
        let queue = try store.connect()
        try queue.inDatabase {
            try $0.execute(sql: "PRAGMA journal_mode = DELETE; UPDATE push SET owner = 'mallory'")
        }
        try queue.close()
        var settings = store.settings(busySeconds: 2)
        settings.fileSystem = { _ in .network }
        let rebuild = try StoreRebuilder(
            paths: store.paths, settings: settings, system: store.clock
        ).prepare(VerifyOptions()) { _ in
        } changed: { _ in
        }
        #expect(try rebuild.apply { _ in }.changed == 3)
        #expect(try verify().isIntact == true)
        #expect(try store.exported() == exported)
        #expect(try store.query { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "delete")
    }

    @Test func `a broken chain is refused, and nothing changes`() throws {
        try store.edit {
            try $0.execute(sql: "UPDATE event SET data = replace(data, 'alice', 'mallory')")
        }
        let (exported, before) = (try store.exported(), try names())
        do {
            _ = try prepare()
            Issue.record("it was rebuilt")
        } catch {
            guard case RebuildError.broken(_, let report) = error else { throw error }
            #expect(report.difference == .data(sequence: 1))
        }
        #expect(try store.exported() == exported)
        #expect(try names() == before)
    }

    @Test func `another head than the noted one is refused`() throws {
        let noted = String(repeating: "0", count: 64)
        do {
            _ = try prepare(head: noted)
            Issue.record("it was rebuilt")
        } catch {
            guard case RebuildError.broken(_, let report) = error else { throw error }
            #expect(report.difference == .head(noted: noted))
        }
    }

    @Test func `a checkpoint that the chain does not match is refused`() throws {
        let report = try verify()
        let chain = try #require(
            try store.query {
                try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'chain_id'")
            })
        let lines = [
            "enclavia-checkpoint: 1", "chain: \(chain)", "sequence: \(report.events)",
            "head: \(String(repeating: "0", count: 64))", "time: 2026-01-01T00:00:00.000Z",
            "previous: none", "",
        ]
        let checkpoint = try Checkpoint(Array(lines.joined(separator: "\n").utf8))
        let options = VerifyOptions(
            checkpoints: [GivenCheckpoint(file: "monday", content: .success(checkpoint))])
        do {
            _ = try rebuilder.prepare(options) { _ in
            } changed: { _ in
            }
            Issue.record("it was rebuilt")
        } catch {
            guard case RebuildError.broken(_, let report) = error else { throw error }
            #expect(report.differences.count == 1)
        }
    }

    @Test func `what was prepared for an older state of the events is not applied`() throws {
        let rebuild = try prepare().rebuild
        try store.edit {
            try $0.execute(sql: "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
        }
        let before = try names()
        #expect(throws: RebuildError.changed(path: store.paths.database.string)) {
            try rebuild.apply { _ in }
        }
        #expect(try names() == before.filter { $0 != ".history.db.enclavia" })
    }

    @Test func `enclaves and the state of the event log are kept`() throws {
        try store.edit {
            try $0.execute(
                sql: """
                    INSERT INTO enclave VALUES ('e1', 'web', 'https://b', '2026-01-01T00:00:00.000Z')
                    """)
        }
        let sql = "SELECT value FROM meta WHERE key = 'logged_through'"
        let logged = try store.query { try String.fetchOne($0, sql: sql) }
        _ = try prepare().rebuild.apply { _ in }
        #expect(try store.query { try String.fetchOne($0, sql: sql) } == logged)
        #expect(
            try store.query { try String.fetchAll($0, sql: "SELECT name FROM enclave") } == ["web"])
    }
}
