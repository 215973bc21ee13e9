import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// `history stats`, grouped in each way.
struct StatsTests {
    private func push(
        _ number: Int, _ repository: String, _ day: String, user: String? = "alice",
        actor: String? = nil, fails: Bool = false
    ) -> PushRecord {
        Sample.push(number, at: "2026-08-\(day)T10:00:00Z") { push in
            push.reference = ImageReference(
                registry: "registry.example.com", owner: "alice", repository: repository, tag: "v1")
            push.context.user = user
            push.context.ciActor = actor
            guard fails else { return }
            push.state = .failed(
                PushFailure(stage: .push, kind: "refused", message: "no"), contradicted: nil)
            push.notify = .none
        }
    }

    private func store() async throws -> RealStore {
        let store = try RealStore()
        try await store.take([
            push(1, "web", "01"), push(2, "web", "01", user: "bob"), push(3, "api", "01"),
            push(4, "web", "02", actor: "bot"), push(5, "web", "02", user: nil, fails: true),
            push(6, "db", "03", user: "bob", fails: true),
        ])
        return store
    }

    private func table(_ words: String..., on out: TerminalCapabilities? = nil) async throws
        -> [String]
    {
        let store = try await store()
        var line = store.commandLine
        if let out { line.out = out }
        let outcome = await line.run(["history", "stats"] + words)
        withExtendedLifetime(store) {}
        #expect(outcome.status == .done, "\(outcome.err)")
        return outcome.out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `days and repositories have a total of each repository, and of all`() async throws {
        #expect(
            try await table() == [
                "DAY         REPOSITORY  PUSHES  SUCCEEDED  TOLD",
                "2026-08-01  alice/api        1       100%  100%",
                "2026-08-01  alice/web        2       100%  100%",
                "2026-08-02  alice/web        2        50%  100%",
                "2026-08-03  alice/db         1         0%     -",
                "",
                "total       alice/web        4        75%  100%",
                "total       alice/api        1       100%  100%",
                "total       alice/db         1         0%     -",
                "total       all              6        66%  100%",
                "",
            ])
        let one = try await table("--repository", "api")
        #expect(one.dropFirst(2) == ["", "total       all              1       100%  100%", ""])
    }

    @Test func `stats can count by day, by repository or by user`() async throws {
        #expect(
            try await table("--by", "day") == [
                "DAY         PUSHES  SUCCEEDED  TOLD", "2026-08-01       3       100%  100%",
                "2026-08-02       2        50%  100%", "2026-08-03       1         0%     -",
                "total            6        66%  100%", "",
            ])
        #expect(
            try await table("--by", "repository") == [
                "REPOSITORY  PUSHES  SUCCEEDED  TOLD", "alice/web        4        75%  100%",
                "alice/api        1       100%  100%", "alice/db         1         0%     -",
                "total            6        66%  100%", "",
            ])
        #expect(
            try await table("--by", "user") == [
                "USER   PUSHES  SUCCEEDED  TOLD", "alice       2       100%  100%",
                "bob         2        50%  100%", "-           1         0%     -",
                "bot         1       100%  100%", "total       6        66%  100%", "",
            ])
        let none = await CommandLineRun()("history", "stats", "--by", "moon")
        #expect(none.status == .usage)
    }

    @Test func `bars compare rows with rows and totals with totals, on a terminal`() async throws {
        let lines = try await table(on: CommandLineRun.terminal(80))
        try #require(lines.count == 11)
        func bar(_ line: Int) -> Int { lines[line].count { $0 == "█" } }
        #expect([1, 2, 3, 4].map(bar) == [10, 20, 20, 10])
        #expect([6, 7, 8, 9].map(bar) == [20, 5, 5, 0])
        #expect(lines.allSatisfy { TerminalText.width($0) <= 80 })
        let narrow = try await table(on: CommandLineRun.terminal(40))
        #expect(narrow.allSatisfy { TerminalText.width($0) <= 40 && !$0.contains("█") })
        #expect(narrow[0].contains("PUSHES"))
    }

    @Test func `the JSON has days, repositories and users in separate arrays`() async throws {
        let store = try await store()
        func names(_ words: String...) async throws -> [String: [String]] {
            let value = try await store.commandLine.run(["history", "stats", "--json"] + words)
                .object()
            #expect((value["total"] as? [String: Any])?["pushes"] as? Int == 6)
            var names: [String: [String]] = [:]
            for key in ["days", "repositories", "users"] {
                let rows = try #require(value[key] as? [[String: Any]])
                names[key] = rows.map { row in
                    ["day", "repository", "user"].compactMap { row[$0] as? String }
                        .joined(separator: " ") + " \(row["pushes"] as? Int ?? 0)"
                }
            }
            return names
        }
        let days = ["2026-08-01 api 1", "2026-08-01 web 2", "2026-08-02 web 2", "2026-08-03 db 1"]
        let repositories = ["web 4", "api 1", "db 1"]
        #expect(
            try await names() == ["days": days, "repositories": repositories, "users": []])
        #expect(
            try await names("--by", "day") == [
                "days": ["2026-08-01 3", "2026-08-02 2", "2026-08-03 1"], "repositories": [],
                "users": [],
            ])
        #expect(
            try await names("--by", "repository")
                == ["days": [], "repositories": repositories, "users": []])
        #expect(
            try await names("--by", "user") == [
                "days": [], "repositories": [], "users": ["alice 2", "bob 2", " 1", "bot 1"],
            ])
    }

    private struct Row: Codable {
        let day, owner, repository, user: String?
        let pushes: Int
        let outcomes, notifications: [String: Int]
        let successRate, notifyRate: Double?

        private enum CodingKeys: String, CodingKey {
            case day, owner, repository, user, pushes, outcomes, notifications
            case successRate = "success_rate"
            case notifyRate = "notify_rate"
        }
    }

    @Test(arguments: ["day", "repository", "user"])
    func `each row has the bytes that an encoder of JSON writes`(grouping: String) async throws {
        let store = try RealStore()
        let names = [#"o"m\a"#, "Zoë", "a/b"]
        try await store.take(
            names.enumerated().map { push($0 + 1, "web", "01", user: $1, fails: $0 == 1) }
                + [push(4, "web", "01", user: names[1]), push(5, "web", "01", user: names[1])])
        let text = await store("history", "stats", "--json", "--by", grouping).out
        let rows = text.split(separator: "\n").flatMap { $0.split(separator: "[") }
            .filter { $0.contains("pushes") }.map { $0.prefix { $0 != "]" } }
            .map { $0.hasSuffix(",") ? $0.dropLast() : $0 }.filter { $0.hasSuffix("}") }
        #expect(rows.count == (grouping == "user" ? 3 : 1), "\(text)")
        for row in rows {
            let decoded = try JSONText.decode(Row.self, from: row)
            let nulls = ["owner", "repository"].filter { row.contains("\"\($0)\":null") }
            var encoded = try JSONText.encode(decoded)
            for key in nulls {
                let before = key == "owner" ? "\"pushes\"" : "\"success_rate\""
                encoded = encoded.replacing(
                    before, with: "\"\(key)\":null,\(before)", maxReplacements: 1)
            }
            #expect(encoded == row)
        }
    }

    @Test func `stats without any push print a JSON value with --json`() async throws {
        let store = try RealStore()
        for words in [[], ["--by", "user"]] {
            let stats = await store.commandLine.run(["history", "stats", "--json"] + words)
            #expect(stats.status == .done && stats.err.isEmpty)
            #expect(try stats.object()["users"] as? [String] == [])
        }
        withExtendedLifetime(store) {}
        let table = await store("history", "stats")
        #expect(table.out.isEmpty && table.err == "no pushes are recorded yet\n")
        let filled = try await self.store()
        let none = await filled("history", "stats", "--user", "nobody")
        #expect(none.out.isEmpty && none.err == "no push matches\n" && none.status == .done)
    }
}
