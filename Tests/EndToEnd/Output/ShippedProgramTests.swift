import Foundation
import TestSupport
import Testing

/// The program as it is installed: stripped, and without the data of ICU. Every verb, in a zone 5 hours and
/// 45 minutes ahead, and in a locale that ICU would know and C does not.
@Suite(.serialized) struct ShippedProgramTests {
    private struct Prepared {
        let sandbox: Sandbox
        let corpus: Corpus
        let program: String

        func enclavia(_ words: [String], locale: String = "C.UTF-8") async throws -> Run {
            try await Run.program(
                program, words,
                environment: sandbox.environment.merging([
                    "LANG": locale, "LC_ALL": locale, "TZ": "Asia/Kathmandu",
                ]) { $1 })
        }
    }

    private static let shared = Task { () async throws -> Prepared in
        let sandbox = try await Sandbox.start()
        let prepared = Prepared(
            sandbox: sandbox, corpus: try await Corpus(records: 400),
            program: "\(sandbox.root)/shipped/enclavia")
        let install = try await Run.program(
            "install", ["-D", "-s", Build.product("enclavia"), prepared.program])
        try #require(install.status == 0, "\(install.err)")
        let run = try await prepared.enclavia(["history", "import", prepared.corpus.file])
        try #require(run.status == 0, "\(run.err)")
        try await sandbox.image("app:v1", seed: 577)
        let push = try await prepared.enclavia(["push", "app:v1", "app:v1", "--no-notify"])
        try #require(push.status == 0, "\(push.err)")
        return prepared
    }

    private func prepared() async throws -> Prepared { try await Self.shared.value }

    /// The arguments of each verb and the exit code: results, and errors about files, JSON and options. None
    /// changes what another one prints.
    private static let questions: [(words: String, status: Int32)] = [
        ("push app:v1 app:v1 --dry-run", 0), ("push app:v1 App:é --json", 64),
        ("push none:v1 app:v1 --dry-run", 66),
        ("record app:v1 --digest sha256:é", 64), ("record - --refs-file /nonexistent/x --json", 66),
        ("record app --metadata-file /dev/null", 65),
        ("history list app --until 2025-07-01", 0), ("history list --format csv", 0),
        ("history list --format jsonl", 0), ("history list --since 2025-13-45", 64),
        ("history list --limit x", 64), ("history show nothing", 1),
        ("history at alice/app:v1 --json", 0), ("history stats", 0),
        // A report says when it was made.
        ("history report app --until 2025-07-01 --out /dev/null", 0),
        ("history report --format markdown --out /dev/null", 0),
        ("history report --out /dev/null --json", 0), ("history report --json", 64),
        ("history report --out / --json", 64), ("history report --since 2025-13-45", 64),
        ("history export", 0), ("history import /", 66),
        ("history import /nonexistent/x --json", 66),
        ("history verify", 0), ("history verify --checkpoint /nonexistent/x", 66),
        ("history checkpoint --sign k", 64), ("history reconcile --json", 0),
        ("history prune --before 2025-01-02 --dry-run", 0), ("history backup /dev/null", 64),
        ("history rebuild", 64),
        ("history salvage /dev/null --out /dev/null", 64),
        ("history sync postgresql://member@127.0.0.1:1/h --timeout 1ms", 69),
        ("history sync é --json", 64), ("history sync service=é", 64),
        ("status alice/app:v1 --remote --json", 0), ("status alice/nothing --json", 1),
        ("status --no-such-option", 64),
        ("notify --pending --json", 0), ("events --since 2025-13-45", 64), ("events", 0),
        ("auth status --remote", 0), ("auth login --token x", 64),
        ("auth logout --no-such-option", 64), ("auth docker", 0), ("enclave list --json", 0),
        ("enclave create --image App", 64), ("enclave status nothing", 1),
        ("enclave logs nothing", 1), ("enclave stop nothing", 1), ("enclave start nothing", 1),
        ("enclave restart nothing", 1), ("enclave destroy nothing --yes", 1),
        ("doctor", 0), ("completion fish", 0), ("schema push", 0), ("schema nothing", 64),
        ("schema postgresql", 0),
    ]

    @Test(arguments: questions.map(\.words))
    func `a verb prints the same in every locale`(_ words: String) async throws {
        let prepared = try await prepared()
        let arguments = words.split(separator: " ").map(String.init)
        let plain = try await prepared.enclavia(arguments)
        let turkish = try await prepared.enclavia(arguments, locale: "tr_TR.UTF-8")
        let status = Self.questions.first { $0.words == words }?.status
        #expect(plain.status == status, "\(plain.out.suffix(300))\(plain.err)")
        #expect(turkish.status == status)
        #expect(turkish.out == plain.out)
        #expect(turkish.err == plain.err)
        #expect(!plain.err.contains("NSCocoaErrorDomain") && !plain.err.contains("(null)"))
    }

    @Test func `every verb is tested`() async throws {
        let prepared = try await prepared()
        for group in ["", "history ", "auth ", "enclave "] {
            let help = try await prepared.enclavia(
                "\(group)--help".split(separator: " ").map(String.init))
            let verbs = help.out.split(separator: "SUBCOMMANDS:\n").last?.split(separator: "\n")
                .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ") }
                .compactMap { $0.split(separator: " ").first }
            for verb in try #require(verbs) {
                #expect(
                    Self.questions.contains { "\($0.words) ".hasPrefix("\(group)\(verb) ") },
                    "\(group)\(verb)")
            }
        }
    }

    @Test func `tables show the local time, JSON shows UTC, and a day begins at local midnight`()
        async throws
    {
        let prepared = try await prepared()
        let list = ["history", "list", "--until", "2026-01-01", "--format"]
        let table = try await prepared.enclavia(list + ["table", "--no-trunc"])
        let times = try await prepared.enclavia(list + ["template:{id} {started_at}"])
        let days = try await prepared.enclavia(["history", "stats", "--json"])
        let folder = try Folder()
        let files = try [table, times, days].enumerated().map {
            try folder.write($1.out, to: "\($0)")
        }
        let compared = try await prepared.corpus.python(
            """
            import collections, datetime, re
            zone = datetime.timezone(datetime.timedelta(hours=5, minutes=45))
            local = {r['id']: datetime.datetime.fromisoformat(r['started_at'].replace('Z', '+00:00')).astimezone(zone)
                     for r in records}
            table, times, days = (open(f).read() for f in \(files))
            ids = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
            rows = [(line.split()[0], ids.search(line)[0]) for line in table.splitlines()[1:]]
            assert len(rows) > 300, len(rows)
            assert all(day == local[id].strftime('%Y-%m-%d') for day, id in rows), rows[:3]
            utc = dict(line.split() for line in times.splitlines())
            assert all(r['started_at'] == utc[r['id']] for r in records if r['id'] in utc)
            want = collections.Counter(t.date().isoformat() for t in local.values())
            got = collections.Counter()
            for day in json.loads(days)['days']: got[day['day']] += day['pushes']
            for day in want: assert got[day] == want[day], (day, got[day], want[day])
            print('same')
            """)
        #expect(compared == "same\n")
    }
}
