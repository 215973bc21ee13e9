import Foundation
import TestSupport
import Testing

/// `--from` with a real server, against the history of a machine that holds the same pushes.
struct FromTests {
    /// Two machines whose histories a server has, and one that imported both.
    private struct Team {
        let remote: String
        let all: Machine
        let database: FleetDatabase

        init() async throws {
            database = try await Cluster.shared.value.database()
            remote = database.socketURL(as: "auditor")
            all = try await Machine(version: nil)
            let (one, other) = (try await Machine(version: nil), try await Machine(version: nil))
            try await one.importMadeUp(700, seed: 51)
            try await other.attempt(2)
            try await other.importMadeUp(60, seed: 52)
            for (number, machine) in [one, other].enumerated() {
                _ = try await machine.sync(database.socketURL())
                let export = "\(all.folder.path)/\(number).jsonl"
                for arguments in [["export", export], ["import", export]] {
                    let owner = arguments[0] == "export" ? machine : all
                    let run = try await owner.enclavia("history", arguments[0], arguments[1])
                    try #require(run.status == 0, "\(run.err)")
                }
            }
        }
    }

    private static let team = Task { try await Team() }

    /// When a record was imported, and from where, is all that a relayed record has and a machine's own lacks.
    @Test(arguments: [
        ["export"], ["export", "--since", "2026-08-01", "--outcome", "failed"],
        ["list", "--format", "template:{id} {reference} {outcome}"],
        ["list", "--format", "template:{id}", "--reverse", "--limit", "7"],
        ["list", "--format", "template:{id} {tag_change}", "--moves"],
        ["list", "acme/*:v*", "--format", "template:{id}", "--limit", "40"],
        // Of old pushes, whose age a table does not show in seconds.
        ["list", "--format", "markdown", "--until", "2025-01-01", "--limit", "30"],
        ["list", "--until", "2025-01-01", "--limit", "12", "--no-trunc"],
        ["list", "nothing-has-this-name"],
        ["stats"], ["stats", "--by", "day"], ["stats", "--by", "repository", "--json"],
        ["stats", "--by", "user"], ["stats", "--user", "nobody"],
    ])
    func `the pushes of all machines are those that an import of them gives`(
        _ arguments: [String]
    ) async throws {
        let team = try await Self.team.value
        let command = ["history"] + arguments
        let (own, read) = try await (
            run(command, team.all), run(command + ["--from", team.remote], Machine(version: nil))
        )
        #expect(own.status == read.status && read.status == 0, "\(read.err)")
        #expect(own.out == read.out)
        #expect(own.err == read.err)
        #expect(!own.out.isEmpty || own.err.contains("no push matches"))
    }

    private func run(_ arguments: [String], _ machine: Machine) async throws -> Run {
        try await Run.program(
            Build.product("enclavia"), arguments, environment: machine.environment)
    }

    @Test func `a push is found by each of its names`() async throws {
        let team = try await Self.team.value
        let line = try await team.database.sql(
            """
            SELECT id, digest, owner || '/' || repository || ':' || tag FROM enclavia.push
            WHERE outcome = 'succeeded' ORDER BY pushed_at DESC LIMIT 1
            """)
        let fields = line.split(separator: "|").map(String.init)
        let (id, digest, reference) = (fields[0], fields[1], fields[2])
        for name in [
            id, id.uppercased(), String(id.prefix(23)), String(id.suffix(8)), digest,
            String(digest.prefix(30)), String(digest.dropFirst(7).prefix(12)), reference,
        ] {
            let command = ["history", "show", name, "--json"]
            let own = try await run(command, team.all)
            let read = try await run(command + ["--from", team.remote], team.all)
            #expect(own.status == 0 && read.status == 0, "\(name): \(read.err)")
            #expect(try own.object()["id"] as? String == read.object()["id"] as? String, "\(name)")
        }
        for name in [
            String(id.prefix(6)), "ffffff", "no:such", "x/y/z/no", "sha256:0123456789abcdef01",
        ] {
            let own = try await run(["history", "show", name], team.all)
            let read = try await run(["history", "show", name, "--from", team.remote], team.all)
            #expect(own.status != 0 && own.status == read.status, "\(name): \(own.err) \(read.err)")
            #expect(own.err == read.err)
        }
    }

    @Test func `a tag points at what an import says, now and then`() async throws {
        let team = try await Self.team.value
        let lines = try await team.database.sql(
            """
            SELECT owner || '/' || repository || ':' || tag FROM enclavia.push
            WHERE outcome = 'succeeded' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 5
            """)
        for reference in lines.split(separator: "\n").map(String.init) {
            for time in [[], ["2026-09-01"], ["2020-01-01"]] {
                let command = ["history", "at", reference] + time
                let own = try await run(command, team.all)
                let read = try await run(command + ["--from", team.remote], team.all)
                #expect(own.out == read.out && own.status == read.status, "\(command) \(read.err)")
            }
        }
        let unknown = try await run(
            ["history", "at", "no:such", "--from", team.remote], team.all)
        #expect(unknown.status == 1 && unknown.err.contains("no successful push"), "\(unknown)")
    }

    /// The events of the fixture are of clocks that were ahead and were set back.
    @Test(arguments: ["alice/shop:v1", "alice/shop:v2", "alice/shop:v3"])
    func `a machine's wrong clock does not change what its tags point at`(
        _ reference: String
    ) async throws {
        let (database, machine) = (
            try await Cluster.shared.value.database(), try await Machine(version: 5)
        )
        _ = try await machine.sync(database.socketURL())
        let own = try await machine.enclavia("history", "at", reference)
        let read = try await machine.enclavia(
            "history", "at", reference, "--from", database.socketURL())
        #expect(own.status == 0 && own.out == read.out, "\(read)")
        let shown = try await machine.enclavia("history", "show", reference, "--json")
        let there = try await machine.enclavia(
            "history", "show", reference, "--json", "--from", database.socketURL())
        #expect(shown.out == there.out)
    }

    @Test func `a file gets the whole export, and a closed pipe ends the reading`() async throws {
        let team = try await Self.team.value
        let machine = try await Machine(version: nil)
        let file = "\(machine.path)/all.jsonl"
        let run = try await machine.enclavia("history", "export", file, "--from", team.remote)
        #expect(run.status == 0 && run.err.contains("exported 762 pushes"), "\(run)")
        let printed = try await machine.enclavia("history", "export", "--from", team.remote)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == printed.out)
        // It reads a page ahead meanwhile.
        let closed = try await Run.shell(
            """
            timeout 20 '\(Build.product("enclavia"))' history export --from '\(team.remote)' |
                { sleep 1; head -c 1; }
            echo "${PIPESTATUS[0]}" >&2
            """, environment: machine.environment)
        #expect(closed.out.count == 1 && closed.err == "0\n", "\(closed)")
    }
}
