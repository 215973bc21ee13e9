import Foundation
import TestSupport
import Testing

/// What `--from` says of a server that cannot be read, and of rows that cannot be read.
struct FromFaultTests {
    private static let commands = [
        ["list"], ["show", "abcdef"], ["at", "app:v1"], ["stats"], ["export"],
    ]

    private func expect(
        _ status: Int32, _ text: String, from remote: String, _ commands: [[String]] = commands,
        environment: [String: String] = [:]
    ) async throws {
        let machine = try await Machine(version: nil)
        for command in commands {
            let run = try await Run.program(
                Build.product("enclavia"), ["history"] + command + ["--from", remote],
                environment: machine.environment.merging(environment) { $1 })
            #expect(run.status == status && run.err.contains(text), "\(command): \(run)")
            #expect(run.out.isEmpty, "\(run.out)")
        }
    }

    @Test func `a server that cannot be read is told by its reason, with the next step`()
        async throws
    {
        let database = try await Cluster.shared.value.database()
        for role in ["writer", "stranger"] {
            try await expect(
                77, "GRANT enclavia_auditor TO", from: database.socketURL(as: role))
        }
        try await expect(
            64, "--remote cannot be used", from: "service=x", [["at", "a:b", "--remote"]])
        try await expect(64, "contains a password", from: "postgresql://a:secret@h/d", [["list"]])
        try await expect(64, "neither service=NAME", from: "h", [["stats"]])
        try await expect(
            69, "cannot be reached", from: "postgresql://a@/d?host=%2Fnowhere", [["list"]])
        try await expect(
            69, "psql is not on PATH", from: database.socketURL(), [["list"]],
            environment: ["PATH": "/nowhere"])
        let empty = FleetDatabase(cluster: database.cluster, name: "postgres")
        try await expect(76, "has no shared history", from: empty.socketURL())
        try await database.sql("UPDATE enclavia.meta SET value = '9' WHERE key = 'minimum_writer'")
        try await expect(76, "update enclavia", from: database.socketURL())
    }

    /// Who can write the tables, such as their owner, can write anything there.
    @Test func `a row that is no record is left out and reported, and the others are shown`()
        async throws
    {
        let (database, machine) = (
            try await Cluster.shared.value.database(), try await Machine(version: nil)
        )
        try await machine.attempt(3)
        _ = try await machine.sync(database.socketURL())
        let ids = try await database.sql("SELECT id FROM enclavia.push ORDER BY id")
            .split(separator: "\n").map(String.init)
        try await database.sql(
            """
            UPDATE enclavia.push SET outcome = E'lost\\e[31m' WHERE id = '\(ids[1])';
            UPDATE enclavia.push SET destination = E'\\e]0;owned\\a', context_user = E'a\\u202eb'
                WHERE id = '\(ids[0])'
            """)
        let remote = database.socketURL()
        let list = try await machine.enclavia(
            "history", "list", "--format", "template:{id}", "--from", remote)
        #expect(list.out == "\(ids[2])\n\(ids[0])\n")
        #expect(list.status == 76 && list.err.contains("push \(ids[1]) on the server"), "\(list)")
        let table = try await machine.enclavia("history", "list", "--from", remote)
        #expect(table.status == 76 && !(table.out + table.err).contains("\u{1B}"), "\(table)")
        let export = try await machine.enclavia("history", "export", "--from", remote)
        #expect(export.status == 76 && export.out.split(separator: "\n").count == 2)
        for command in [["show", ids[1]], ["stats"], ["stats", "--by", "user"]] {
            let run = try await Run.program(
                Build.product("enclavia"), ["history"] + command + ["--from", remote],
                environment: machine.environment)
            #expect(run.status == 76 && run.err.contains("cannot be read"), "\(command): \(run)")
            #expect(run.out.isEmpty == (command[0] == "show"))
        }
    }

    @Test func `a server that ends the connection is reported, and what was printed is whole`()
        async throws
    {
        let (database, machine) = (
            try await Cluster.shared.value.database(), try await Machine(version: nil)
        )
        try await machine.importMadeUp(3_000, seed: 55)
        _ = try await machine.sync(database.socketURL())
        let run = try await Run.shell(
            """
            '\(Build.product("enclavia"))' history export --from '\(database.socketURL())' |
                { read -r line; echo "$line"; sleep 1; \(Self.terminate(database)) >&2; cat; }
            echo "${PIPESTATUS[0]}" >&2
            """, environment: machine.environment)
        #expect(run.err.contains("cannot be reached") && run.err.hasSuffix("69\n"), "\(run.err)")
        let lines = run.out.split(separator: "\n")
        #expect(lines.count > 1 && lines.count < 3_000)
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }

    /// Ends the sessions of the other clients of a database.
    private static func terminate(_ database: FleetDatabase) -> String {
        """
        psql -XqAt 'host=\(database.cluster.directory) port=\(database.cluster.port) user=owner \
        dbname=\(database.name)' -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = '\(database.name)' AND pid <> pg_backend_pid()"
        """
    }
}
