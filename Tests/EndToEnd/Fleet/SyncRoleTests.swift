import Foundation
import TestSupport
import Testing

/// What the roles of a shared history may do, tried against the server.
struct SyncRoleTests {
    private func refused(
        _ statement: String, as role: String, _ database: FleetDatabase, code: String = "42501"
    ) async throws {
        let run = try await database.query(statement, as: role)
        #expect(run.status != 0 && run.err.contains(code), "\(role): \(statement): \(run)")
    }

    @Test func `a writer reads no table, and writes by functions alone`() async throws {
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine()
        _ = try await machine.sync(database.socketURL(as: "writer"))
        for table in ["chain", "segment", "push", "dispute", "meta"] {
            try await refused("SELECT * FROM enclavia.\(table)", as: "writer", database)
            try await refused("DELETE FROM enclavia.\(table)", as: "writer", database)
        }
        try await refused("INSERT INTO enclavia.meta VALUES ('x', 'y')", as: "writer", database)
        try await refused(
            "SELECT enclavia.project(1, 1, ARRAY['{}'])", as: "writer", database)
        try await refused("CALL enclavia.add_quarter()", as: "writer", database)
        try await refused("CREATE TABLE enclavia.x (y int)", as: "writer", database)
        try await refused("SET ROLE enclavia_auditor", as: "writer", database)
    }

    @Test func `an auditor reads each table, and changes nothing`() async throws {
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine()
        _ = try await machine.sync(database.socketURL())
        let count = try await database.sql("SELECT count(*) FROM enclavia.push", as: "auditor")
        #expect(count == "24")
        for table in ["chain", "segment", "push", "dispute", "meta"] {
            try await refused("DELETE FROM enclavia.\(table)", as: "auditor", database)
            try await refused(
                "UPDATE enclavia.\(table) SET \(table == "meta" ? "value" : table == "push" ? "tag" : "at") = NULL",
                as: "auditor", database, code: "42")
        }
        try await refused(
            "SELECT enclavia.branch('x', 1, 1, 'x', 'x')", as: "auditor", database)
        try await refused(
            "SELECT enclavia.ingest('x', 1, 1, 'x', 'x', '')", as: "auditor", database)
    }

    /// The server takes what it hashed, and no record beside it.
    @Test func `an invented record, and a batch that does not fit, are refused whole`() async throws
    {
        let database = try await Cluster.shared.value.database()
        let zero = "decode(repeat('00', 32), 'hex')"
        func ingest(_ first: Int, _ previous: String, _ hashes: String, _ lines: String) -> String {
            "SELECT enclavia.ingest(NULL, NULL, \(first), \(previous), \(hashes), \(lines))"
        }
        try await refused(
            ingest(1, zero, "sha256('a')", "'b'"), as: "writer", database, code: "EN400")
        try await refused(
            ingest(1, zero, "sha256('a') || sha256('b')", "'a'"), as: "writer", database,
            code: "EN400")
        try await refused(
            ingest(1, "sha256('x')", "sha256('a')", "'a'"), as: "writer", database, code: "EN400")
        try await refused(
            ingest(5, zero, "sha256('a')", "'a'"), as: "writer", database, code: "EN404")
        // The subject of an event is another push than its record's.
        let invented = """
            {"data":{"push":{"id":"01a20847-01e8-7e28-a444-ea7cc0398710","revision":9,"outcome":"succeeded"}},\
            "subject":"01a20847-01e8-7e28-a444-ea7cc0398711","type":"io.enclavia.push.finished"}
            """
        try await database.sql(
            ingest(1, zero, "sha256(convert_to('\(invented)', 'UTF8'))", "'\(invented)'"),
            as: "writer")
        #expect(try await database.sql("SELECT count(*) FROM enclavia.push") == "0")
        #expect(try await database.sql("SELECT count(*) FROM enclavia.segment") == "1")
    }

    /// PostgreSQL reads words as times, and texts of a gigabyte.
    @Test(arguments: ["infinity", "-infinity", "10000-01-01T00:00:00Z", "4713-01-01 BC"])
    func `a time that no record has, and a text that none can be, are refused`(
        _ time: String
    ) async throws {
        let database = try await Cluster.shared.value.database()
        let id = "01a20847-01e8-7e28-a444-ea7cc0398710"
        for field in ["started_at", "pushed_at", "finished_at"] {
            let text = """
                {"data":{"push":{"id":"\(id)","revision":9,"outcome":"succeeded","\(field)":"\(time)"}},\
                "subject":"\(id)","type":"io.enclavia.push.finished"}
                """
            try await refused(
                """
                SELECT enclavia.ingest(NULL, NULL, 1, decode(repeat('00', 32), 'hex'),
                    sha256(convert_to('\(text)', 'UTF8')), '\(text)')
                """, as: "writer", database, code: "23514")
        }
        try await refused(
            """
            SELECT enclavia.ingest(NULL, NULL, 1, decode(repeat('00', 32), 'hex'),
                sha256(convert_to(repeat('x', 5000000), 'UTF8')), repeat('x', 5000000))
            """, as: "writer", database, code: "EN400")
    }

    /// What a role could do to another's history with the five functions alone.
    @Test func `a role neither blocks nor branches nor sees what another role sent`() async throws {
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine()
        try await machine.attempt(2)
        _ = try await machine.sync(database.socketURL())
        let fork = try await machine.clone()
        try await fork.attempt(1)
        let chain = try await database.sql("SELECT num, encode(genesis, 'hex') FROM enclavia.chain")
            .split(separator: "|").map(String.init)
        let genesis = "decode('\(chain[1])', 'hex')"
        let seen = try await database.sql(
            """
            SELECT enclavia.hash_at(\(chain[0]), 1) IS NULL, (enclavia.position(\(genesis), '{}', '{}')).num IS NULL
            """, as: "writer")
        #expect(seen == "t|t")
        let link = try await database.sql(
            "SELECT encode(head, 'hex') FROM enclavia.segment ORDER BY last_seq LIMIT 1")
        let last = try await database.sql(
            "SELECT last_seq FROM enclavia.segment ORDER BY last_seq LIMIT 1")
        try await refused(
            "SELECT enclavia.branch(\(genesis), \(chain[0]), \(last), decode('\(link)', 'hex'), sha256('x'))",
            as: "writer", database, code: "EN412")
        // The first event of the machine, under another role.
        let first = try await machine.sql("SELECT hex(data_hash) FROM event WHERE seq = 1")
        try await database.sql(
            """
            SELECT enclavia.ingest(NULL, NULL, 1, decode(repeat('00', 32), 'hex'), decode('\(first)', 'hex'), '')
            """, as: "writer")
        try await machine.attempt(1)
        let next = try await machine.sync(database.socketURL())
        #expect(next["forked_at"] is NSNull && next["missing"] as? Int == 0)
        _ = try await fork.sync(database.socketURL(), status: 1)
        try await FleetRows.expectEqual(database, [machine, fork])
    }

    /// An import from before the notification is no contradiction, in whichever order the two arrive.
    @Test(arguments: [true, false])
    func `an older revision that lacks the notification is no dispute`(
        _ relayedFirst: Bool
    ) async throws {
        let database = try await Cluster.shared.value.database()
        let id = "018bcfe6-4ef7-7ecb-9e58-9eb399ba7b86"
        func event(_ type: String, _ revision: Int, _ notify: String, digest: String = "d")
            -> String
        {
            """
            {"data":{"push":{"id":"\(id)","revision":\(revision),"outcome":"succeeded",\
            "digest":"\(digest)","notify":{"outcome":"\(notify)"}}},"subject":"\(id)",\
            "type":"io.enclavia.push.\(type)"}
            """
        }
        func send(_ text: String, as role: String) async throws {
            try await database.sql(
                """
                SELECT enclavia.ingest(NULL, NULL, 1, decode(repeat('00', 32), 'hex'),
                    sha256(convert_to('\(text)', 'UTF8')), '\(text)')
                """, as: role)
        }
        let relayed = event("imported", 6, "pending")
        let own = event("finished", 7, "delivered")
        for (text, role) in relayedFirst
            ? [(relayed, "writer"), (own, "member")] : [(own, "member"), (relayed, "writer")]
        {
            try await send(text, as: role)
        }
        let row = "SELECT revision, notify_outcome, writer FROM enclavia.push"
        #expect(try await database.sql(row) == "7|delivered|member")
        #expect(try await database.sql("SELECT count(*) FROM enclavia.dispute") == "0")
        // Another digest is one, also at an older revision.
        let other = event("imported", 5, "pending", digest: "e")
        try await database.sql("CREATE ROLE third\(database.name) LOGIN IN ROLE enclavia_writer")
        try await send(other, as: "third\(database.name)")
        #expect(try await database.sql(row) == "7|delivered|member")
        #expect(try await database.sql("SELECT record ->> 'digest' FROM enclavia.dispute") == "e")
    }

    /// A record that is relayed may be replaced; what it said before stays.
    @Test func `a record that another role replaces is kept as a dispute`() async throws {
        let database = try await Cluster.shared.value.database()
        let machine = try await Machine(version: nil)
        try await machine.importMadeUp(1, seed: 11)
        _ = try await machine.sync(database.socketURL())
        let id = try await database.sql("SELECT id FROM enclavia.push")
        let text = """
            {"data":{"push":{"id":"\(id)","revision":1,"outcome":"succeeded","digest":"forged"}},\
            "subject":"\(id)","type":"io.enclavia.push.finished"}
            """
        try await database.sql(
            """
            SELECT enclavia.ingest(NULL, NULL, 1, decode(repeat('00', 32), 'hex'),
                sha256(convert_to('\(text)', 'UTF8')), '\(text)')
            """, as: "writer")
        let row = try await database.sql("SELECT digest, writer FROM enclavia.push")
        let dispute = try await database.sql(
            "SELECT writer, record ->> 'revision', record ->> 'digest' <> 'forged' FROM enclavia.dispute"
        )
        #expect(row == "forged|writer")
        let revision = try await machine.sql("SELECT revision FROM push")
        #expect(dispute == "member|\(revision)|t")
        // What supports no revision is no record.
        let without = text.replacing("\"revision\":1,", with: "")
        try await refused(
            """
            SELECT enclavia.ingest(NULL, NULL, 1, decode(repeat('00', 32), 'hex'),
                sha256(convert_to('\(without)', 'UTF8')), '\(without)')
            """, as: "member", database, code: "23")
    }
}
