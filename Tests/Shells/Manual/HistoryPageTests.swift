import Foundation
import TestSupport
import Testing

/// What enclavia-history(5) promises.
@Suite struct HistoryPageTests {
    private func page() throws -> ManualPage {
        try #require(ManualPage.named("enclavia-history.5"))
    }

    @Test func `push_v1 has the columns that the page has`() async throws {
        let history = try await SampleHistory(isIntact: true)
        let run = try await Run.program(
            "sqlite3", [history.database, "SELECT name FROM pragma_table_info('push_v1')"])
        let columns = run.out.split(separator: "\n").map(String.init)
        #expect(Set(try page().items(in: "push_v1")) == Set(columns))
        #expect(columns.count > 40)
    }

    @Test func `the ten lines of Python check the chain`() async throws {
        let history = try await SampleHistory(isIntact: true)
        let program = try #require(try page().listings.first)
        let check = {
            try await Run.program("python3", ["-c", program, history.database])
        }
        let good = try await check()
        #expect(good.status == 0, "\(good.err)")
        let verify = try await Run.program(
            Build.product("enclavia"), ["history", "verify", "--json"],
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        let head = try #require(try verify.object()["head"] as? String)
        #expect(good.out == head + "\n")

        let edit = "UPDATE event SET data = replace(data, 'alice', 'mallory') WHERE seq = 3"
        _ = try await Run.program("sqlite3", [history.database, edit])
        let bad = try await check()
        #expect(bad.status == 1)
        #expect(bad.err == "event 3 was edited\n")
    }

    @Test(arguments: [
        ("DELETE FROM event WHERE seq = 3", "the chain breaks at event 4\n"),
        (
            """
            CREATE TEMP TABLE two AS SELECT * FROM event WHERE seq IN (2, 3);
            DELETE FROM event WHERE seq IN (2, 3);
            INSERT INTO event (seq, data, data_hash, hash)
                SELECT 5 - seq, data, data_hash, hash FROM two;
            """, "the chain breaks at event 2\n"
        ),
    ])
    func `the ten lines find events that were removed or moved`(edit: String, words: String)
        async throws
    {
        let history = try await SampleHistory(isIntact: true)
        let program = try #require(try page().listings.first)
        let run = try await Run.program("sqlite3", [history.database, edit])
        try #require(run.status == 0, "\(run.err)")
        let bad = try await Run.program("python3", ["-c", program, history.database])
        #expect(bad.status == 1)
        #expect(bad.err == words)
    }

    @Test func `the ten lines check a pruned history`() async throws {
        let history = try await SampleHistory(isIntact: true)
        let program = try #require(try page().listings.first)
        let environment = ["ENCLAVIA_STATE_DIR": history.stateDirectory]
        let prune = try await Run.program(
            Build.product("enclavia"), ["history", "prune", "--before", "now", "--yes", "--json"],
            environment: environment)
        #expect(try prune.object()["pushes"] as? Int == 1, "\(prune.err)")
        let verify = try await Run.program(
            Build.product("enclavia"), ["history", "verify", "--json"], environment: environment)
        #expect(try verify.object()["pruned"] as? Int == 1)
        let good = try await Run.program("python3", ["-c", program, history.database])
        #expect(good.status == 0, "\(good.err)")
        #expect(good.out == "\(try verify.object()["head"] as? String ?? "")\n")
    }

    @Test func `checkpoints have the form of the page, and its command checks their signature`()
        async throws
    {
        let history = try await SampleHistory(isIntact: true)
        let listings = try page().listings
        let form = try #require(listings.first { $0.hasPrefix("enclavia-checkpoint: ") })
        let check = try #require(listings.first { $0.hasPrefix("ssh-keygen ") })
        let folder = try Folder()
        let run = try await Run.shell(
            """
            set -e
            ssh-keygen -q -t ed25519 -N '' -f key
            "$ENCLAVIA" history checkpoint --out monday --sign key
            echo "alice@example.com $(cat key.pub)" >signers
            cat monday
            \(check) >/dev/null
            """,
            environment: [
                "ENCLAVIA": Build.product("enclavia"),
                "ENCLAVIA_STATE_DIR": history.stateDirectory,
            ], directory: folder.path)
        #expect(run.status == 0, "\(run.err)")
        // Letters and digits stand for themselves in keys, and for any others in values.
        func shape(_ text: String) -> [String] {
            text.split(separator: "\n").map { line in
                let parts = line.split(separator: ": ")
                let value = parts.last.map {
                    $0 == "none" ? "none" : $0.replacing(#/[0-9a-f]/#, with: "x")
                }
                return "\(parts[0]): \(parts[0] == "sequence" ? "x" : value ?? "")"
            }
        }
        #expect(shape(run.out) == shape(form))
    }

    /// The records, flattened by the rules of the page, against what the `sqlite3` shell shows.
    private static let comparison = """
        import json, sys
        def flat(value, prefix, row):
            for key, field in value.items():
                name = prefix + key
                if name == 'labels' or isinstance(field, list):
                    row[name] = json.dumps(field, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
                elif isinstance(field, dict): flat(field, name + '_', row)
                elif isinstance(field, bool): row[name] = int(field)
                else: row[name] = field
            return row
        records, rows = (json.load(open(path)) for path in sys.argv[1:])
        assert len(records) == len(rows) > 0
        for record, row in zip(records, rows):
            wanted = flat(record, '', {})
            for name in ('failure_stage', 'failure_kind', 'failure_message', 'origin_imported_at', 'origin_host'):
                wanted.setdefault(name, None)
            for name in ('failure', 'origin'): wanted.pop(name, None)
            assert wanted == row, {n: (wanted.get(n), row.get(n)) for n in wanted.keys() | row.keys() if wanted.get(n) != row.get(n)}
        """

    @Test func `push_v1 has the same values as the records`() async throws {
        let history = try await SampleHistory(isIntact: true)
        let run = try await Run.shell(
            """
            set -e
            "$ENCLAVIA" history --json >records.json
            sqlite3 -json "$DATABASE" 'SELECT * FROM push_v1 ORDER BY started_at DESC, id DESC' >rows.json
            python3 -c "$COMPARISON" records.json rows.json
            """,
            environment: [
                "ENCLAVIA": Build.product("enclavia"), "DATABASE": history.database,
                "COMPARISON": Self.comparison, "ENCLAVIA_STATE_DIR": history.stateDirectory,
            ], directory: history.folder.path)
        #expect(run.status == 0, "\(run.err)")
    }
}
