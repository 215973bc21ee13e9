import Foundation
import TestSupport
import Testing

/// What the tables of a report leave out, and whether the commands that they name print it.
struct ReportNotesTests {
    @Test func `a cut table names what prints the rest, and that prints all`() async throws {
        let corpus = try await Corpus(records: 200)
        let folder = try Folder()
        _ = try await corpus.python(
            """
            done = next(r for r in records if r['outcome'] == 'succeeded' and r['repository'] == 'app')
            failed = next(r for r in records if r['outcome'] == 'failed' and r['reference'])
            out = open('\(folder.path)/lines', 'w')
            def put(record, number, name, tag):
                record['id'] = record['id'][:-4] + '%04x' % number
                record['registry'], record['owner'], record['repository'], record['tag'] = 'registry.example.com', 'alice', name, tag
                record['reference'] = 'registry.example.com/alice/%s:%s' % (name, tag)
                print(json.dumps(record), file=out)
            for number in range(60):
                done['digest'] = 'sha256:%064x' % number
                put(done, number, 'a-moved', 'v1')
            for number in range(60, 90): put(done, number, 'app-%d' % number, 'v1')
            for number in range(90, 130):
                failed['failure']['kind'] = 'kind_%d' % number
                put(failed, number, 'app', 'v1')
            """)
        let run = try await Run.shell(
            #"""
            enclavia() { '\#(Build.product("enclavia"))' "$@"; }
            enclavia history import lines >/dev/null || exit
            enclavia history report --outcome failed --outcome succeeded --format markdown >report.md || exit
            grep 'not shown' report.md | tr -d '\\'
            command=$(sed -n 's/.*failed pushes are printed by: `\(.*\)`$/\1/p' report.md)
            eval "$command --format jsonl" | jq -r '.outcome + " " + .failure.kind' | sort -u | wc -l
            """#,
            environment: [
                "ENCLAVIA_STATE_DIR": "\(folder.path)/state", "HOME": folder.path, "TZ": "UTC",
            ],
            directory: folder.path)
        #expect(
            run.out == """
                11 more tags are not shown. For these, make a report with `--repository`, `--tag` or an earlier `--until`.
                10 older moves are not shown. For these, make a report of the tag with an earlier `--until`.
                10 more kinds of failures are not shown. All failed pushes are printed by: \
                `enclavia history list --outcome=failed --limit=40`
                40

                """, "\(run.out)\(run.err)")
    }
}
