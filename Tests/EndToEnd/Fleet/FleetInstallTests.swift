import Foundation
import TestSupport
import Testing

/// `schema postgresql`, as the owner of a database runs it.
struct FleetInstallTests {
    /// An operator may not be allowed to make roles, and others may use the database.
    @Test func `the schema changes nothing outside itself`() async throws {
        let cluster = try await Cluster.shared.value
        let bare = try await cluster.database("template1")
        let list = """
            SELECT datacl FROM pg_database WHERE datname = current_database();
            SELECT nspname, nspacl FROM pg_namespace WHERE nspname <> 'enclavia' AND nspname !~ '^pg_'
            ORDER BY 1;
            SELECT count(*) FROM pg_proc WHERE pronamespace <> coalesce(to_regnamespace('enclavia'), 0);
            SELECT count(*) FROM pg_class WHERE relnamespace NOT IN
                (SELECT oid FROM pg_namespace WHERE nspname IN ('enclavia', 'pg_toast'));
            SHOW search_path
            """
        let before = try await bare.sql(list)
        let made = try await Run.shell(
            "'\(Build.product("enclavia"))' schema postgresql | psql -X -1 -q -v ON_ERROR_STOP=1 '\(bare.socketURL(as: "owner"))'"
        )
        #expect(made.status == 0 && made.out == "", "\(made)")
        #expect(try await bare.sql(list) == before)
        let again = try await Run.shell(
            "'\(Build.product("enclavia"))' schema postgresql | psql -X -1 -q -v ON_ERROR_STOP=1 '\(bare.socketURL(as: "owner"))'"
        )
        #expect(again.status != 0 && again.err.contains("already exists"), "\(again)")
    }

    @Test func `an owner who may not create roles is told what an operator runs`() async throws {
        let cluster = try await Cluster()
        try await cluster.sql(
            """
            ALTER ROLE enclavia_writer RENAME TO other_writer;
            ALTER ROLE enclavia_auditor RENAME TO other_auditor;
            CREATE ROLE builder LOGIN; CREATE DATABASE built OWNER builder;
            """.replacing("; CREATE DATABASE", with: ";\nCREATE DATABASE"), in: "postgres")
        let database = FleetDatabase(cluster: cluster, name: "built")
        let install = """
            '\(Build.product("enclavia"))' schema postgresql |
                psql -X -1 -q -v ON_ERROR_STOP=1 '\(database.socketURL(as: "builder"))'
            """
        let refused = try await Run.shell(install)
        #expect(refused.status != 0)
        let line = try #require(
            refused.err.split(separator: "\n").first { $0.contains("roles are missing") })
        let steps = try #require(line.split(separator: " runs: ").last).split(separator: "; ")
        #expect(steps.count == 2, "\(line)")
        #expect(try await database.sql("SELECT to_regnamespace('enclavia') IS NULL") == "t")
        for step in steps { try await cluster.sql(String(step), in: "postgres") }
        let made = try await Run.shell(install)
        #expect(made.status == 0, "\(made.err)")
        try await database.sql("GRANT enclavia_writer TO writer", as: "builder")
        let machine = try await Machine()
        _ = try await machine.sync(database.socketURL(as: "writer"))
        try await FleetRows.expectEqual(database, [machine])
    }

    @Test func `quarters are added, and take what a wrong clock put after the last`() async throws {
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine()
        _ = try await machine.sync(database.socketURL())
        let count = {
            try await database.sql(
                "SELECT count(*) FROM pg_class WHERE relname ~ '^push_[0-9]{4}q[1-4]$'")
        }
        let before = try #require(Int(try await count()))
        // A push at the beginning of the next quarter.
        try await database.sql(
            """
            UPDATE enclavia.push SET id = enclavia.floor((SELECT value::timestamptz FROM enclavia.meta
                WHERE key = 'next_quarter')) WHERE id = (SELECT id FROM enclavia.push ORDER BY id DESC LIMIT 1);
            CALL enclavia.add_quarter();
            CALL enclavia.add_quarter();
            """)
        #expect(Int(try await count()) == before + 2)
        let rows = try await database.sql(
            "SELECT count(*), count(DISTINCT tableoid) > 1 FROM enclavia.push")
        #expect(rows == "24|t")
        let moved = try await database.sql(
            """
            SELECT tableoid::regclass::text ~ 'push_20[0-9]{2}q[1-4]' FROM enclavia.push
            ORDER BY id DESC LIMIT 1
            """)
        #expect(moved == "t")
        try await machine.attempt(1)
        _ = try await machine.sync(database.socketURL())
        #expect(try await database.sql("SELECT count(*) FROM enclavia.push") == "25")
    }
}
