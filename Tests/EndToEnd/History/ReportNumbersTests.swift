import Foundation
import TestSupport
import Testing

/// The numbers of a report, as its readers see them, against SQL on `push_v1`.
struct ReportNumbersTests {
    /// Arguments of the report, and the same filter in SQL.
    private static let questions: [(words: String, sql: String)] = [
        ("", "1"),
        ("app", "repository = 'app'"),
        ("'alice/*'", "owner = 'alice'"),
        (
            "--since 2025-03-01 --until 2025-03-30",
            "started_at >= '2025-03-01' AND started_at < '2025-03-31'"
        ),
        ("--user jürgen", "'jürgen' IN (context_user, context_ci_actor)"),
        ("--outcome failed --outcome interrupted", "outcome IN ('failed', 'interrupted')"),
        ("--notify delivered --tag prod", "notify_outcome = 'delivered' AND tag = 'prod'"),
        (
            "--host build-1 --moves",
            "context_host = 'build-1' AND tag_change IN ('created', 'moved')"
        ),
    ]

    /// Compares each table of the Markdown with SQL, and with the table of the page.
    private static let check = #"""
        import datetime, html5lib, json, os, shlex, sqlite3, subprocess, sys
        program, state, questions = sys.argv[1], sys.argv[2], json.load(open(sys.argv[3]))
        sql = sqlite3.connect("file:%s/history.db?mode=ro" % state, uri=True)
        NAME = "{http://www.w3.org/1999/xhtml}"

        def run(words):
            done = subprocess.run([program, "history", "report"] + words, capture_output=True, text=True)
            assert done.returncode == 0, (words, done.stderr)
            return done.stdout

        def text(element): return " ".join("".join(element.itertext()).split())

        def tables(page, shown=text):
            document = html5lib.parse(page)
            return [[[shown(cell) for cell in row if cell.tag in (NAME + "td", NAME + "th")]
                for row in table.iter(NAME + "tr")] for table in document.iter(NAME + "table")]

        def unmarked(cell):
            # A mark has a sign before its word.
            return text(cell).lstrip("✓✗…–• ")

        def same(found, wanted, what):
            assert found == wanted, "%s\nfound  %s\nwanted %s" % (what, found, wanted)

        def period(name, day):
            day = datetime.date.fromisoformat(day)
            if name == "Day": return str(day)
            if name == "Week from Monday": return str(day - datetime.timedelta(days=day.weekday()))
            if name == "Month": return str(day)[:7]
            return str(day)[:4]

        checked = 0
        for question, where in questions:
            words = shlex.split(question)
            markdown = run(words + ["--format", "markdown"])
            read = subprocess.run(["cmark-gfm", "-e", "table"], input=markdown, capture_output=True, text=True, check=True)
            found = {tuple(table[0]): table[1:] for table in tables(read.stdout)}
            page = {tuple(table[0]): table[1:] for table in tables(run(words), unmarked)}
            same(sorted(page), sorted(found), question + ": tables of the page")
            for heads in found: same(page[heads], [[c.lstrip("–") for c in r] for r in found[heads]], question)
            table = {heads[0]: (heads, rows) for heads, rows in found.items()}

            def ask(columns, rest=""):
                return sql.execute("SELECT %s FROM push_v1 WHERE (%s) %s" % (columns, where, rest)).fetchall()

            total = ask("count(*)")[0][0]
            if not total:
                assert "No push matches" in markdown
                continue
            unit = next(name for name in ("Day", "Week from Monday", "Month", "Year") if name in table)
            heads, rows = table[unit]
            wanted = {}
            for day, outcome in ask("substr(started_at, 1, 10), outcome"):
                counts = wanted.setdefault(period(unit, day), {})
                counts[outcome] = counts.get(outcome, 0) + 1
            same([row[0] for row in rows], sorted(wanted), question + ": periods")
            for row in rows:
                counts = {heads[i].lower(): int(row[i]) for i in range(2, len(heads)) if int(row[i])}
                same(counts, wanted[row[0]], question)
                same(int(row[1]), sum(counts.values()), question)
            words_of = {"told": "delivered", "refused": "failed", "none": None}
            heads, rows = table["Backend"]
            notified = dict(ask("notify_outcome, count(*)", "GROUP BY 1"))
            same({words_of.get(row[0], row[0]): int(row[1]) for row in rows if int(row[1])}, notified, question)
            who = "coalesce(context_ci_actor, context_user, 'unknown')"
            repository = "coalesce(owner || '/' || repository, 'unknown')"
            for head, name, members in (
                ("Repository", repository, "tag"), ("User", who, "owner || '/' || repository")):
                heads, rows = table[head]
                wanted = {row[0]: list(row[1:]) for row in ask("""%s, count(*), count(*) FILTER (WHERE
                    outcome = 'succeeded'), count(*) FILTER (WHERE outcome = 'failed'),
                    count(*) FILTER (WHERE notify_outcome = 'delivered'),
                    count(*) FILTER (WHERE tag_change IN ('created', 'moved')), count(DISTINCT %s)"""
                    % (name, members), "GROUP BY 1")}
                numbers = {row[0]: [int(cell) for cell in row[1:7]] for row in rows}
                for key in numbers: same(numbers[key], wanted[key], "%s: %s %s" % (question, head, key))
                unnamed = [wanted.pop("unknown")[0]] if "unknown" in wanted else []
                same(len(numbers), min(50, len(wanted)) + len(unnamed), question + ": " + head)
                most = sorted((value[0] for value in wanted.values()), reverse=True)
                same([value[0] for value in numbers.values()], most[:50] + unnamed, question + ": order of " + head)
                if len(wanted) > 50: assert "%d more" % (len(wanted) - 50) in markdown, question
            failures = ask("failure_stage, failure_kind, count(*)", "AND outcome = 'failed' GROUP BY 1, 2")
            same(sorted((row[0], row[1], int(row[2])) for row in table["Stage"][1]) if failures else [],
                sorted(failures), question + ": failures")
            rows = table["Time"][1]
            wanted = [row[0] for row in ask("id", "ORDER BY started_at DESC, id DESC LIMIT 200")]
            same(len(rows), len(wanted), question)
            for row, push in zip(rows, wanted): assert push.endswith(row[-1]), (question, row, push)
            checked += 1
        print("checked", checked)
        """#

    @Test(arguments: 1...8)
    func `each number is that of SQL, and the page has the tables of the Markdown`(_ seed: Int)
        async throws
    {
        let corpus = try await Corpus(records: 150 + 40 * seed, seed: seed)
        let state = try Folder()
        let environment = [
            "ENCLAVIA_STATE_DIR": state.path, "HOME": state.path, "TZ": "UTC",
            "LANG": "C.UTF-8",
        ]
        let made = try await Run.program(
            Build.product("enclavia"), ["history", "import", corpus.file], environment: environment)
        try #require(made.status == 0, "\(made.err)")
        let folder = try Folder()
        // Three of the questions for each corpus, and all in three rounds.
        let chosen = (0..<3).map { Self.questions[(seed * 3 + $0) % Self.questions.count] }
        let questions = try folder.write(
            String(
                decoding: JSONEncoder().encode(chosen.map { [$0.words, $0.sql] }), as: UTF8.self),
            to: "questions.json")
        let script = try folder.write(Self.check, to: "check.py")
        let run = try await Run.program(
            "/usr/bin/python3", [script, Build.product("enclavia"), state.path, questions],
            environment: environment)
        #expect(run.status == 0 && run.out == "checked 3\n", "\(run.out)\(run.err)")
    }
}
