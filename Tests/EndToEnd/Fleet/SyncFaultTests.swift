import Foundation
import TestSupport
import Testing

/// What can be wrong with a server, a login or an address: the exit status, the message, and nothing lost.
struct SyncFaultTests {
    /// A file of passwords for the server on the loopback.
    private func passwords(
        _ machine: Machine, _ database: FleetDatabase, _ word: String = "member word",
        mode: Int = 0o600
    ) throws -> [String: String] {
        let text = "localhost:*:*:member:\(word)\n127.0.0.1:*:*:member:\(word)\n"
        return [
            "PGPASSFILE": try machine.folder.write(text, to: "passwords", mode: mode),
            "PGSSLROOTCERT": "\(database.cluster.directory)/root.crt",
        ]
    }

    private func database() async throws -> FleetDatabase {
        try await Cluster.shared.value.database()
    }

    /// Syncs in vain, and checks that nothing arrived.
    private func expect(
        _ status: Int32, _ kind: String, _ part: String, _ remote: String,
        _ database: FleetDatabase,
        _ machine: Machine, environment: [String: String] = [:], timeout: String = "1s"
    ) async throws {
        let run = try await machine.enclavia(
            "history", "sync", remote, "--json", "--timeout", timeout, environment: environment)
        #expect(run.status == status, "\(run)")
        let error = try run.object()
        #expect(error["kind"] as? String == kind, "\(error)")
        let message = "\(error["error"] ?? "") \(error["hint"] ?? "")"
        #expect(message.contains(part), "\(message)")
        let out = run.out + run.err
        #expect(!out.contains("member word") && !out.contains("t0psecret"))
        #expect(try await database.sql("SELECT count(*) FROM enclavia.segment") == "0")
    }

    @Test func `with TLS, the certificate and the password decide`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        let url = database.loopbackURL()
        let environment = try passwords(machine, database)
        func expect(
            _ status: Int32, _ kind: String, _ part: String, _ remote: String? = nil,
            _ changed: [String: String]
        ) async throws {
            try await self.expect(
                status, kind, part, remote ?? url, database, machine,
                environment: environment.merging(changed) { $1 })
        }
        let other = try await Run.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=x -keyout key -out other.crt",
            directory: machine.folder.path)
        try #require(other.status == 0, "\(other.err)")
        try await expect(
            69, "remote_unavailable", "not trusted", nil,
            ["PGSSLROOTCERT": "\(machine.folder.path)/other.crt"])
        try await expect(
            69, "remote_unavailable", "for another name", database.loopbackURL(host: "127.0.0.1"),
            [:])
        try await expect(
            69, "remote_unavailable", "~/.postgresql/root.crt", nil, ["PGSSLROOTCERT": ""])
        try await expect(
            69, "remote_unavailable", "no certificate to check", nil, ["PGSSLROOTCERT": "/none"])
        try await expect(77, "unauthorized", "~/.pgpass", nil, ["PGPASSFILE": "/none"])
        try await expect(77, "unauthorized", "refused the login", url + "?sslmode=disable", [:])
        // Before version 16, libpq takes the word "system" for a file in the working directory.
        try machine.folder.write(
            try String(contentsOfFile: "\(database.cluster.directory)/root.crt", encoding: .utf8),
            to: "system")
        let lured = try await Run.shell(
            "cd '\(machine.folder.path)' && '\(Build.product("enclavia"))' history sync '\(url)' --timeout 1s",
            environment: machine.environment.merging([
                "PGPASSFILE": environment["PGPASSFILE"] ?? "", "PGSSLROOTCERT": "",
            ]) { $1 })
        #expect(lured.status == 69, "\(lured)")
        let wrong = try passwords(machine, database, "t0psecret")
        try await expect(77, "unauthorized", "refused the login", nil, wrong)
        let loose = try passwords(machine, database, mode: 0o644)
        try await expect(78, "config", "chmod 600", nil, loose)

        let right = try passwords(machine, database)
        let run = try await machine.enclavia("history", "sync", url, environment: right)
        #expect(run.status == 0, "\(run.err)")
        try await FleetRows.expectEqual(database, [machine])
        // Nor is the password kept.
        let strings = try await Run.shell(
            "cat '\(machine.folder.path)'/state/* 2>/dev/null | grep -ac 'member word'")
        #expect(strings.out == "0\n")
    }

    @Test func `a service names the server, and its file is the user's own`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        let text = """
            [history]
            host=\(database.cluster.directory)
            port=\(database.cluster.port)
            dbname=\(database.name)
            user=member
            """
        let file = try machine.folder.write(text, to: ".pg_service.conf", mode: 0o640)
        try await expect(
            78, "config", "chmod 600", "service=history", database, machine)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        try await expect(
            78, "config", "~/.pg_service.conf", "service=other", database, machine)
        let other = try await machine.enclavia(
            "history", "sync", "postgresql://member@127.0.0.1:1/h", "--timeout", "100ms",
            environment: ["PGSERVICE": "history"])
        #expect(other.status == 69, "a URL is not filled in from a service: \(other)")
        _ = try await machine.sync("service=history")
        try await FleetRows.expectEqual(database, [machine])
    }

    @Test func `roles and schemas that do not fit are told apart`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        for role in ["stranger", "auditor"] {
            try await expect(
                77, "unauthorized", "GRANT enclavia_writer", database.socketURL(as: role), database,
                machine)
        }
        try await expect(
            77, "unauthorized", "does not exist", database.socketURL(as: "nobody_here"), database,
            machine)
        let bare = try await database.cluster.database("template1")
        try await expect(
            76, "protocol", "enclavia schema postgresql", bare.socketURL(), database, machine)
        let none = FleetDatabase(cluster: database.cluster, name: "none_here")
        try await expect(76, "protocol", "no such database", none.socketURL(), database, machine)
        try await database.sql("UPDATE enclavia.meta SET value = '2' WHERE key = 'version'")
        let dry = try await machine.enclavia("history", "sync", database.socketURL(), "--dry-run")
        #expect(dry.status == 0, "a newer version that takes this writer: \(dry.err)")
        try await database.sql("UPDATE enclavia.meta SET value = '2' WHERE key = 'minimum_writer'")
        try await expect(76, "protocol", "version 2", database.socketURL(), database, machine)
        try await database.sql("UPDATE enclavia.meta SET value = '0' WHERE key = 'version'")
        try await expect(76, "protocol", "version 0", database.socketURL(), database, machine)
    }

    @Test func `a server that is absent, busy, full or silent is unavailable for now`() async throws
    {
        let (database, machine) = (try await database(), try await Machine())
        let url = database.socketURL()
        let kind = "remote_unavailable"
        try await expect(
            69, kind, "cannot be reached", "postgresql://member@/h?host=%2Fnone", database, machine)
        try await expect(
            69, kind, "cannot be reached", "postgresql://member@127.0.0.1:1/h", database, machine)
        try await expect(
            69, "program_unavailable", "postgresql-client", url, database, machine,
            environment: ["PATH": "/none"])

        try await database.sql(
            "CREATE ROLE narrow\(database.name) LOGIN CONNECTION LIMIT 0 IN ROLE enclavia_writer")
        try await expect(
            69, kind, "too many connections", database.socketURL(as: "narrow\(database.name)"),
            database, machine)

        try await database.sql(
            """
            CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER filled BEFORE INSERT ON enclavia.segment FOR EACH ROW EXECUTE FUNCTION fill();
            """)
        try await expect(69, kind, "disk is full", url, database, machine)
        try await database.sql("DROP TRIGGER filled ON enclavia.segment")

        async let lock = database.sql(
            "BEGIN; LOCK TABLE enclavia.chain; SELECT pg_sleep(4); COMMIT;")
        let isLocked = try await eventually {
            try await database.sql(
                "SELECT count(*) FROM pg_locks WHERE relation = 'enclavia.chain'::regclass AND mode = 'AccessExclusiveLock'"
            )
                == "1"
        }
        #expect(isLocked)
        let blocked = try await machine.enclavia(
            "history", "sync", url, "--json", "--timeout", "1s")
        #expect(blocked.status == 69 && blocked.out.contains(kind), "\(blocked)")
        // It waits for its turn where it may.
        _ = try await machine.sync(url)
        _ = try await lock
        try await FleetRows.expectEqual(database, [machine])
    }

    /// It accepts connections, and says nothing.
    @Test func `a server that hangs is waited for no longer than --timeout`() async throws {
        let (database, machine) = (try await database(), try await Machine())
        let silent = """
            import os, socket, subprocess, sys
            path = os.path.join(sys.argv[1], '.s.PGSQL.5432')
            server = socket.socket(socket.AF_UNIX)
            server.bind(path)
            server.listen()
            sys.exit(subprocess.run(sys.argv[2:]).returncode)
            """
        let script = try machine.folder.write(silent, to: "silent.py")
        let host = machine.folder.path.replacing("/", with: "%2F")
        let began = ContinuousClock.now
        let run = try await Run.program(
            "python3",
            [
                script, machine.folder.path, Build.product("enclavia"), "history", "sync",
                "postgresql://member@/\(database.name)?host=\(host)", "--timeout", "700ms",
                "--json",
            ], environment: machine.environment)
        #expect(run.status == 69, "\(run)")
        #expect(try run.object()["error"] as? String == "the server did not respond within 0.7 s")
        #expect(began.duration(to: .now) < .seconds(20))
        let psql = try await Run.shell("pgrep -f 'dbname=[^ ]*\(host)' | wc -l")
        #expect(psql.out == "0\n")
        // What failed is kept for status, and needs attention.
        let status = try await machine.enclavia("status", "--json").object()
        let shared = try #require(status["history_remote"] as? [String: Any])
        #expect(shared["failure"] as? String == "the server did not respond within 0.7 s")
        #expect(shared["unsynced"] as? Int == 119)
        let kinds = try #require(status["attention"] as? [[String: Any]]).map {
            $0["kind"] as? String
        }
        #expect(kinds.contains("unsynced"))
    }

    @Test(arguments: [
        "postgresql://member:t0psecret@/h", "postgresql://member@/h?password=t0psecret",
        "postgresql://member@/h?pass%77ord=t0psecret", "postgresql://member%3At0psecret@/h",
    ])
    func `a password in the address is refused and shown nowhere`(_ url: String) async throws {
        let machine = try await Machine()
        for arguments in [["history", "sync", url], ["history", "sync"], ["status"]] {
            let run = try await Run.program(
                Build.product("enclavia"), arguments,
                environment: machine.environment.merging(["ENCLAVIA_HISTORY_REMOTE": url]) { $1 })
            #expect(run.status == (arguments == ["status"] ? 0 : 64), "\(run)")
            #expect(run.err.contains("password") && !(run.out + run.err).contains("t0psecret"))
        }
        #expect(try await machine.sql("PRAGMA user_version") == "4")
    }
}
