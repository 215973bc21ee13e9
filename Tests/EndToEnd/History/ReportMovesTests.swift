import Foundation
import TestSupport
import Testing

/// What a report says of tags, against `history at`.
struct ReportMovesTests {
    /// Compares the moves of tags with what `history at` says a second before and after each.
    private static let moves = #"""
        import datetime, html5lib, subprocess, sys
        program = sys.argv[1]
        NAME = "{http://www.w3.org/1999/xhtml}"

        def at(*words):
            done = subprocess.run([program, "history", "at", *words], capture_output=True, text=True)
            return done.stdout.strip().split("sha256:")[-1] if done.returncode == 0 else "-"

        report = subprocess.run([program, "history", "report", "--repository", "app"], capture_output=True, check=True)
        tables = {}
        for table in html5lib.parse(report.stdout).iter(NAME + "table"):
            rows = [["".join(cell.itertext()) for cell in row if cell.tag in (NAME + "td", NAME + "th")]
                for row in table.iter(NAME + "tr")]
            tables[tuple(rows[0][:2])] = rows[1:]
        states, moves = tables["Tag", "Points at"], tables["Tag", "Moved"]
        assert len(states) == 20 and len(moves) > 30, (len(states), len(moves))
        for tag, digest, *_ in states: assert at(tag).startswith(digest), (tag, digest)
        seconds = datetime.timedelta(seconds=1)
        for tag, moment, before, after, *_ in moves:
            moment = datetime.datetime.fromisoformat(moment)
            assert at(tag, (moment + seconds).isoformat()).startswith(after), (tag, moment, after)
            earlier = at(tag, (moment - seconds).isoformat())
            assert earlier == before if before == "-" else earlier.startswith(before), (tag, moment, before, earlier)
        print("compared", len(states), len(moves))
        """#

    @Test func `each move of a tag, and what it points at, is what history at says`() async throws {
        let corpus = try await Corpus(records: 12000, seed: 77)
        let state = try Folder()
        let environment = [
            "ENCLAVIA_STATE_DIR": state.path, "HOME": state.path, "TZ": "Europe/Berlin",
            "LANG": "C.UTF-8",
        ]
        let made = try await Run.program(
            Build.product("enclavia"), ["history", "import", corpus.file], environment: environment)
        try #require(made.status == 0, "\(made.err)")
        let folder = try Folder()
        let script = try folder.write(Self.moves, to: "moves.py")
        let run = try await Run.program(
            "/usr/bin/python3", [script, Build.product("enclavia")], environment: environment)
        #expect(run.status == 0 && run.out.hasPrefix("compared 20 "), "\(run.out)\(run.err)")
    }

    /// The report of pushes to one tag.
    ///
    /// - Parameters:
    ///   - pushes: the letter of the digest, when the push began, and how many seconds it took.
    ///   - failure: the message of a failed push, as Python; `nil` for no such push.
    ///   - prune: the time before which pushes are pruned; `nil` for no prune.
    private func report(
        _ pushes: [(digest: String, start: String, seconds: Int)], _ words: String,
        failure: String? = nil, prune: String? = nil
    ) async throws -> String {
        let corpus = try await Corpus(records: 200)
        let folder = try Folder()
        let failed =
            failure.map {
                "failed['failure']['message'] = \($0); print(json.dumps(failed), file=out)"
            } ?? ""
        let list = pushes.map { "('\($0.digest)', '\($0.start)', \($0.seconds))" }
        _ = try await corpus.python(
            """
            import datetime
            record = next(r for r in records if r['outcome'] == 'succeeded' and r['repository'] == 'app')
            failed = next(r for r in records if r['outcome'] == 'failed')
            out = open('\(folder.path)/lines', 'w')
            \(failed)
            for number, (digest, start, seconds) in enumerate([\(list.joined(separator: ", "))]):
                record['reference'] = 'registry.example.com/alice/app:v1'
                record['owner'], record['repository'], record['tag'] = 'alice', 'app', 'v1'
                record['id'] = record['id'][:-2] + '%02d' % number
                record['digest'] = 'sha256:' + digest * 64
                record['previous_digest'], record['tag_change'] = None, None
                record['tag_change_source'] = None
                begin = datetime.datetime.fromisoformat(start)
                for key, delay in (('started_at', 0), ('pushed_at', seconds), ('finished_at', seconds)):
                    moment = begin + datetime.timedelta(seconds=delay)
                    record[key] = moment.strftime('%Y-%m-%dT%H:%M:%S.000Z')
                record['notify']['at'] = record['finished_at'] if record['notify']['outcome'] else None
                print(json.dumps(record), file=out)
            """)
        let run = try await Run.shell(
            """
            '\(Build.product("enclavia"))' history import lines >/dev/null &&
            \(prune.map { "'\(Build.product("enclavia"))' history prune --before \($0) --yes >/dev/null &&" } ?? "")
            '\(Build.product("enclavia"))' history report --format markdown \(words)
            """,
            environment: [
                "ENCLAVIA_STATE_DIR": "\(folder.path)/state", "HOME": folder.path, "TZ": "UTC",
            ],
            directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return run.out
    }

    /// The first row of the table of what tags point at: the digest's first letter, and since when.
    private func state(_ report: String) -> [String] {
        let row = report.split(separator: "\n").drop { !$0.hasPrefix("| Tag | Points at") }
            .dropFirst(2).first
        let cells = row?.components(separatedBy: " | ") ?? []
        return cells.count > 2 ? [String(cells[1].dropFirst().prefix(1)), cells[2]] : []
    }

    @Test func `a push that took long counts where it ended, at both ends of the time`()
        async throws
    {
        let slow = [
            ("a", "2026-03-01 10:00", 5), ("b", "2026-03-02 09:59", 600),
            ("c", "2026-03-02 10:01", 5),
        ]
        let since = try await report(slow, "--since 2026-03-02T10:00")
        #expect(state(since) == ["b", "2026-03-02 10:09:00 +00:00"], "\(since)")
        let cut = try await report(
            [("a", "2026-03-01 10:00", 5), ("b", "2026-03-02 09:59", 120)],
            "--until 2026-03-02T10:00")
        #expect(state(cut) == ["a", "2026-03-01 10:00:05 +00:00"], "\(cut)")
    }

    @Test func `a tag that did not move in the time has pointed there since its last move`()
        async throws
    {
        let same = (1...3).map { ("a", "2026-03-0\($0) 10:00", 5) }
        let found = try await report(same, "--since 2026-03-03")
        #expect(state(found) == ["a", "2026-03-01 10:00:05 +00:00"], "\(found)")
        #expect(!found.contains("| Tag | Moved |"), "\(found)")
        #expect(try await report(same, "").contains("| unknown | `aaaaaaaaaaaa` |"))
    }

    @Test func `a report of a pruned history says so where it concerns its time`() async throws {
        let pushes = [
            ("a", "2026-03-01 10:00", 5), ("b", "2026-03-02 10:00", 5),
            ("c", "2026-03-03 10:00", 5), ("d", "2026-03-05 10:00", 5),
        ]
        let all = try await report(pushes, "", prune: "2026-03-04")
        #expect(all.contains("| unknown | `dddddddddddd` |"), "\(all)")
        #expect(all.contains("- Pruned: pushes that ended before 2026-03-04 00:00:00 +00:00"))
        #expect(all.contains("\nPushes that ended before 2026-03-04 00:00:00 +00:00 were pruned: "))
        let none = try await report(pushes, "nowhere:v1", prune: "2026-03-04")
        #expect(none.contains("- Pruned: "), "\(none)")
        let later = try await report(pushes, "--since 2026-03-04", prune: "2026-03-04")
        #expect(!later.contains("- Pruned: ") && later.contains(" were pruned: "), "\(later)")
        let before = try await report(pushes, "")
        #expect(!before.contains("runed") && before.contains("| `aaaaaaaaaaaa` |"), "\(before)")
    }

    @Test func `a character of very many marks does not fill the report`() async throws {
        let found = try await report([], "", failure: "'e' + '\\u0301' * 300000")
        #expect(found.utf8.count < 20_000 && found.contains("…"), "\(found.utf8.count)")
    }
}
