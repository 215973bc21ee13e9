import Foundation
import TestSupport
import Testing

/// Every filter and format of `history` over 20,000 records, 100,000 in `make soak`, against a plain computation.
@Suite(.serialized)
struct HistoryQueryTests {
    private struct Prepared {
        let corpus: Corpus
        let state: Folder

        /// Runs the built `enclavia` on the imported records, in a zone of its own.
        func enclavia(_ words: [String]) async throws -> Run {
            try await Run.program(Build.product("enclavia"), words, environment: environment)
        }

        func shell(_ line: String) async throws -> Run {
            try await Run.shell(
                line, environment: environment.merging(["E": Build.product("enclavia")]) { $1 })
        }

        private var environment: [String: String] {
            ["ENCLAVIA_STATE_DIR": state.path, "HOME": state.path, "TZ": "America/New_York"]
        }
    }

    private static let count = Soak.rounds > 0 ? 100_000 : 20_000
    private static let shared = Task { () async throws -> Prepared in
        let corpus = try await Corpus(records: count)
        let prepared = Prepared(corpus: corpus, state: try Folder())
        let run = try await prepared.enclavia(["history", "import", corpus.file, "--json"])
        try #require(run.status == 0, "\(run.err)")
        try #require(try run.object()["imported"] as? Int == count)
        return prepared
    }

    private func prepared() async throws -> Prepared { try await Self.shared.value }

    /// Arguments of `history list`, and the same query in Python.
    private static let questions: [(words: [String], python: String)] = [
        ([], "True"),
        (["app"], "matches(r, 'app')"),
        (["alice/*"], "matches(r, 'alice/*')"),
        (["*app*:v1*"], "matches(r, '*app*:v1*')"),
        (["svc[1-3]?"], "matches(r, 'svc[1-3]?')"),
        (["svc1[^0-5]:b*"], "matches(r, 'svc1[^0-5]:b*')"),
        (["bob/db:latest"], "matches(r, 'bob/db:latest')"),
        (["nothing-like-it"], "False"),
        (["--repository", "app"], "r['repository'] == 'app'"),
        (
            ["--repository", "bob/db", "--repository", "web_api"],
            "(r['owner'], r['repository']) == ('bob', 'db') or r['repository'] == 'web_api'"
        ),
        (["--tag", "Feature_X"], "r['tag'] == 'Feature_X'"),
        (["--tag", "prod", "--tag", "v1"], "r['tag'] in ('prod', 'v1')"),
        (["--digest", "sha256:0a"], "starts(r['digest'], 'sha256:0a')"),
        (
            ["--digest", "FFF", "--digest", "a1b"],
            "starts(r['digest'], 'sha256:fff') or starts(r['digest'], 'sha256:a1b')"
        ),
        (["--since", "2025-03-01T00:00:00Z"], "r['started_at'] >= '2025-03-01T00:00:00.000Z'"),
        (["--until", "2025-03-01T00:00:00Z"], "r['started_at'] < '2025-03-01T00:00:00.000Z'"),
        // New York is at -05:00 until 9 March, 02:00, and from 2 November, 02:00; at -04:00 between.
        (
            ["--since", "2025-03-09", "--until", "2025-03-09"],
            "'2025-03-09T05:00:00.000Z' <= r['started_at'] < '2025-03-10T04:00:00.000Z'"
        ),
        (
            ["--since", "2025-03-09T02:30", "--until", "2025-11-02T01:30"],
            "'2025-03-09T07:00:00.000Z' <= r['started_at'] < '2025-11-02T06:30:00.000Z'"
        ),
        (
            ["--since", "2025-08-01", "--until", "2025-08-03T12:00:30+02:00"],
            "'2025-08-01T04:00:00.000Z' <= r['started_at'] < '2025-08-03T10:00:30.000Z'"
        ),
        (["--outcome", "failed"], "r['outcome'] == 'failed'"),
        (
            ["--outcome", "cancelled", "--outcome", "interrupted"],
            "r['outcome'] in ('cancelled', 'interrupted')"
        ),
        (["--outcome", "running"], "False"),
        (["--notify", "pending"], "r['notify']['outcome'] == 'pending'"),
        (
            ["--notify", "delivered", "--notify", "skipped"],
            "r['notify']['outcome'] in ('delivered', 'skipped')"
        ),
        (
            ["--commit", "abc"],
            "starts(r['context']['git_commit'], 'abc') or starts(r['image_revision'], 'abc')"
        ),
        (
            ["--commit", "ABC"],
            "starts(r['context']['git_commit'], 'abc') or starts(r['image_revision'], 'abc')"
        ),
        (
            ["registry.example.com/alice/app:v1"],
            "r['reference'] == 'registry.example.com/alice/app:v1'"
        ),
        (["registry.*/bob/*:v1"], "matches(r, 'registry.*/bob/*:v1')"),
        (
            ["--repository", "registry.example.com/bob/db"],
            "(r['owner'], r['repository']) == ('bob', 'db')"
        ),
        (["--repository", "other.example.com/bob/db"], "False"),
        (
            ["--commit", "00", "--commit", "ff"],
            "any(starts(x, p) for x in (r['context']['git_commit'], r['image_revision']) for p in ('00', 'ff'))"
        ),
        (["--host", "build-1"], "r['context']['host'] == 'build-1'"),
        (["--user", "bob"], "'bob' in (r['context']['user'], r['context']['ci_actor'])"),
        (
            ["--user", "octocat", "--user", "jürgen"],
            "any(u in (r['context']['user'], r['context']['ci_actor']) for u in ('octocat', 'jürgen'))"
        ),
        (["--label", "team"], "'team' in r['labels']"),
        (["--label", "team=red"], "r['labels'].get('team') == 'red'"),
        (
            ["--label", "team=a=b", "--label", "team=blue"],
            "r['labels'].get('team') in ('a=b', 'blue')"
        ),
        (
            ["--label", "team=red", "--label", "env"],
            "r['labels'].get('team') == 'red' and 'env' in r['labels']"
        ),
        (["--label", "env="], "r['labels'].get('env') == ''"),
        (["--moves"], "r['tag_change'] in ('created', 'moved')"),
        (
            [
                "*:v1*", "--repository", "app", "--outcome", "succeeded", "--user", "alice",
                "--since", "2025-02-01", "--moves", "--label", "team",
            ],
            "matches(r, '*:v1*') and r['repository'] == 'app' and r['outcome'] == 'succeeded' and 'alice' in (r['context']['user'], r['context']['ci_actor']) and r['started_at'] >= '2025-02-01T05:00:00.000Z' and r['tag_change'] in ('created', 'moved') and 'team' in r['labels']"
        ),
        (
            ["--notify", "failed", "--host", "laptop", "--tag", "latest"],
            "r['notify']['outcome'] == 'failed' and r['context']['host'] == 'laptop' and r['tag'] == 'latest'"
        ),
    ]

    @Test func `every filter finds the same pushes as a plain computation`() async throws {
        let prepared = try await prepared()
        let answers = try await prepared.corpus.answers(Self.questions.map(\.python))
        try #require(answers.count == Self.questions.count)
        for (question, answer) in zip(Self.questions, answers) {
            let expected = answer.split(separator: " ")
            let list = ["history", "list"] + question.words + ["--format", "template:{id}"]
            let run = try await prepared.enclavia(list)
            #expect(run.status == 0 && run.err.isEmpty, "\(question.words): \(run.err)")
            let ids = run.out.split(separator: "\n")
            let first = zip(ids, expected).first { $0 != $1 }
            #expect(
                ids == expected,
                "\(question.words): \(ids.count) not \(expected.count), first \(first as Any)")
            let few = try await prepared.enclavia(list + ["--limit", "3"])
            #expect(
                few.out.split(separator: "\n") == Array(expected.prefix(3)), "\(question.words)")
            let oldest = try await prepared.enclavia(list + ["--limit", "3", "--reverse"])
            #expect(
                oldest.out.split(separator: "\n") == Array(expected.reversed().prefix(3)),
                "\(question.words)")
        }
    }

    @Test func `every format holds the same records`() async throws {
        let prepared = try await prepared()
        let program = """
            import csv, io, subprocess, sys
            E = ['\(Build.product("enclavia"))', 'history', 'list', '--since', '2025-06-01', '--until', '2025-06-30']
            def run(*words): return subprocess.run(E + list(words), capture_output=True, check=True).stdout.decode()
            lines = [json.loads(l) for l in run('--format', 'jsonl').splitlines()]
            assert len(lines) > 1000
            assert lines == json.loads(run('--json')) == json.loads(run('--format', 'json'))
            byid = {r['id']: r for r in records}
            for r in lines:
                origin = r.pop('origin')
                assert set(origin) == {'imported_at', 'host'}, origin
                want = dict(byid[r['id']]); want.pop('origin')
                assert r == want, (r, want)
            def flat(r, prefix=''):
                out = {}
                for k, v in r.items():
                    if k in ('notify', 'context', 'engine'): out.update(flat(v, k + '_'))
                    elif k == 'failure':
                        for f in ('stage', 'kind', 'message'): out['failure_' + f] = v and v[f]
                    elif k != 'origin': out[prefix + k] = v
                return out
            def cell(v):
                if v is None: return ''
                if v is True: return 'true'
                if v is False: return 'false'
                if isinstance(v, (list, dict)): return json.dumps(v, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
                return str(v)
            text = run('--format', 'csv')
            assert text.count('\\r\\n') >= len(lines) + 1
            rows = list(csv.DictReader(io.StringIO(text, newline='')))
            assert len(rows) == len(lines)
            for row, r in zip(rows, lines):
                want = {k: cell(v) for k, v in flat(r).items()}
                want = {k: "'" + v if v[:1] in list('=+-@\\t\\r') and v else v for k, v in want.items()}
                got = {k: v for k, v in row.items() if not k.startswith('origin_')}
                assert got == want, [(k, got.get(k), want.get(k)) for k in set(got) | set(want) if got.get(k) != want.get(k)]
            print('same')
            """
        let run = try await prepared.corpus.python(
            "import os\nos.environ.update(ENCLAVIA_STATE_DIR='\(prepared.state.path)', TZ='America/New_York')\n"
                + program)
        #expect(run == "same\n")
    }

    @Test func `history at prints the same reference as a plain computation`() async throws {
        let prepared = try await prepared()
        let asked = try await prepared.corpus.python(
            """
            import random
            rng = random.Random(5)
            for _ in range(40):
                r = rng.choice(records)
                if r['repository'] is None: continue
                t = rng.choice(records)['started_at']
                name = '%s/%s:%s' % (r['owner'], r['repository'], r['tag'])
                best = max(((x['pushed_at'], x['id'], x['digest']) for x in records if x['outcome'] == 'succeeded'
                    and (x['owner'], x['repository'], x['tag']) == (r['owner'], r['repository'], r['tag'])
                    and x['pushed_at'] <= t), default=None)
                print(name, t, 'registry.example.com/%s/%s@%s' % (r['owner'], r['repository'], best[2]) if best else '-')
            """)
        for line in asked.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            let run = try await prepared.enclavia(["history", "at", parts[0], parts[1]])
            #expect(run.out == (parts[2] == "-" ? "" : parts[2] + "\n"), "\(line)")
            #expect(run.status == (parts[2] == "-" ? 1 : 0))
        }
    }

    @Test func `stats give the same counts as a plain computation`() async throws {
        let prepared = try await prepared()
        let counted = try await prepared.corpus.python(
            """
            import collections, datetime, subprocess, os
            from zoneinfo import ZoneInfo
            os.environ.update(ENCLAVIA_STATE_DIR='\(prepared.state.path)', TZ='America/New_York')
            want = collections.defaultdict(collections.Counter)
            for r in records:
                t = datetime.datetime.fromisoformat(r['started_at'].replace('Z', '+00:00'))
                day = t.astimezone(ZoneInfo('America/New_York')).date().isoformat()
                for key in ((day, r['owner'], r['repository']), 'total'):
                    want[key]['pushes'] += 1
                    want[key][r['outcome']] += 1
                    if r['notify']['outcome']: want[key]['n_' + r['notify']['outcome']] += 1
            out = subprocess.run(['\(Build.product("enclavia"))', 'history', 'stats', '--json'], capture_output=True, check=True).stdout
            got = json.loads(out)
            def counter(o):
                c = collections.Counter({'pushes': o['pushes']})
                c.update(o['outcomes']); c.update({'n_' + k: v for k, v in o['notifications'].items()})
                return +c
            found = {(d['day'], d['owner'], d['repository']): counter(d) for d in got['days']}
            found['total'] = counter(got['total'])
            assert found == {k: +v for k, v in want.items()}
            total = want['total']
            assert got['total']['success_rate'] == round(total['succeeded'] / total['pushes'], 4)
            heard = total['n_delivered'] / (total['n_delivered'] + total['n_pending'] + total['n_failed'])
            assert got['total']['notify_rate'] == round(heard, 4)
            print('same')
            """)
        #expect(counted == "same\n")
    }

    @Test func `an export holds what was imported, and imports the same`() async throws {
        let prepared = try await prepared()
        let other = try Folder()
        let run = try await prepared.shell(
            """
            set -e -o pipefail
            $E history export > \(other.path)/a
            ENCLAVIA_STATE_DIR=\(other.path)/state $E history import \(other.path)/a --json
            ENCLAVIA_STATE_DIR=\(other.path)/state $E history export \(other.path)/b
            cmp \(other.path)/a \(other.path)/b
            """)
        #expect(run.status == 0, "\(run.err)")
        let same = try await prepared.corpus.python(
            """
            exported = [json.loads(l) for l in open('\(other.path)/a')]
            assert exported == sorted(records, key=lambda r: (r['started_at'], r['id']))
            print('same')
            """)
        #expect(same == "same\n")
    }

    @Test(arguments: ["jsonl", "csv", "json", "template:{id}", "table"])
    func `the program ends quietly when its reader closes the pipe`(_ format: String) async throws {
        let prepared = try await prepared()
        let run = try await prepared.shell(
            "$E history --format '\(format)' | head -1 | wc -l; echo ${PIPESTATUS[0]}")
        #expect(run.out == "1\n0\n")
        #expect(run.err.isEmpty)
    }

    @Test func `a pipe gets the complete output`() async throws {
        let prepared = try await prepared()
        let run = try await prepared.shell(
            """
            $E history --format jsonl | cat | wc -l
            $E history export | (sleep 1; wc -l)
            $E history --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'
            """)
        #expect(run.out == "\(Self.count)\n\(Self.count)\n\(Self.count)\n", "\(run.err)")
    }

    @Test func `the columns of push_v1 are the flat fields`() async throws {
        let prepared = try await prepared()
        let columns = try await Run.program(
            "sqlite3",
            ["\(prepared.state.path)/history.db", "SELECT name FROM pragma_table_info('push_v1')"])
        let header = try await prepared.enclavia(["history", "nothing-like-it", "--format", "csv"])
        #expect(
            columns.out.split(separator: "\n").joined(separator: ",") + "\r\n" == header.out)
    }
}
