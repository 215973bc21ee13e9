import TestSupport
import Testing

/// Generated records, and a plain computation of every query on them: in Python, which shares no code
/// with the program.
struct Corpus {
    let folder: Folder
    let file: String

    /// Writes so many records, the same ones for the same `seed`.
    init(records: Int, seed: Int = 1) async throws {
        folder = try Folder()
        let script = try folder.write(Self.generator, to: "generate.py")
        file = "\(folder.path)/records.jsonl"
        let run = try await Run.shell("python3 \(script) \(records) \(seed) > \(file)")
        try #require(run.status == 0, "\(run.err)")
    }

    /// The answers of Python: a question is an expression over `r`, a record, that says whether it
    /// matches; an answer is the ids of the matching records, newest first.
    func answers(_ questions: [String]) async throws -> [String] {
        let script = try folder.write(Self.asker, to: "ask.py")
        let list = try folder.write(questions.joined(separator: "\n"), to: "questions")
        let run = try await Run.program("python3", [script, file, list])
        try #require(run.status == 0, "\(run.err)")
        return run.out.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }

    /// Runs a Python program over the records, which are in `records`.
    func python(_ program: String) async throws -> String {
        let script = try folder.write(
            "import json\nrecords = [json.loads(l) for l in open('\(file)')]\n" + program,
            to: "program.py")
        let run = try await Run.program("python3", [script])
        try #require(run.status == 0, "\(run.err)")
        return run.out
    }

    private static let generator = """
        import hashlib, json, random, sys
        count, seed = int(sys.argv[1]), int(sys.argv[2])
        rng = random.Random(seed)
        START = 1735689600000  # 2025-01-01T00:00:00Z
        def time(ms):
            import datetime
            t = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
            return t.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (ms % 1000)
        def digest(x): return 'sha256:' + hashlib.sha256(str(x).encode()).hexdigest()
        def push_id(ms):
            h = '%012x7%03x%x%015x' % (ms, rng.getrandbits(12), 8 + rng.getrandbits(2), rng.getrandbits(60))
            return '-'.join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))
        OWNERS = ['alice', 'bob', 'team-red']
        REPOS = ['app', 'my.app', 'web_api', 'db', 'worker-1'] + ['svc%d' % i for i in range(40)]
        TAGS = ['latest', 'v1', 'v1.2.3', 'prod', 'Feature_X'] + ['b%d' % i for i in range(30)]
        USERS = ['alice', 'bob', 'root', 'jürgen', 'ci']
        HOSTS = ['laptop', 'build-1', 'build-2']
        last = {}
        for n in range(count):
            ms = START + n * (31536000000 // count) + rng.randrange(1000)
            if n % 97 == 0 and n: ms = START + (n - 1) * (31536000000 // count)
            outcome = rng.choices(['succeeded', 'failed', 'cancelled', 'interrupted'], [85, 9, 4, 2])[0]
            known = outcome == 'succeeded' or rng.random() < 0.6
            owner, repo, tag = rng.choice(OWNERS), rng.choice(REPOS), rng.choice(TAGS)
            ref = 'registry.example.com/%s/%s:%s' % (owner, repo, tag)
            done = outcome == 'succeeded'
            d = digest(rng.randrange(count // 3 + 1)) if done else None
            prev = last.get(ref)
            change = None if not done else 'created' if prev is None else 'unchanged' if prev == d else 'moved'
            if done: last[ref] = d
            ci = rng.random() < 0.3
            image = known or rng.random() < 0.5
            notify = rng.choices(['delivered', 'pending', 'failed', 'skipped'], [80, 5, 5, 10])[0] if done else None
            labels = {}
            if rng.random() < 0.4: labels['team'] = rng.choice(['red', 'blue', 'a=b'])
            if rng.random() < 0.2: labels['env'] = rng.choice(['prod', 'dev', ''])
            failure = None
            if outcome == 'failed':
                failure = {'stage': rng.choice(['authenticate', 'inspect', 'login', 'tag', 'push']),
                           'kind': 'refused', 'message': rng.choice(['=cmd', 'said "no", twice', 'two\\nlines', 'ok'])}
            print(json.dumps({
                'schema_version': 1, 'id': push_id(ms), 'revision': rng.randrange(3, 9), 'origin': None,
                'destination': '%s:%s' % (repo, tag), 'backend': 'https://api.example.com',
                'reference': ref if known else None, 'registry': 'registry.example.com' if known else None,
                'owner': owner if known else None, 'repository': repo if known else None,
                'tag': tag if known else None, 'local_image': repo + ':dev',
                'local_image_id': digest('i%d' % n) if image else None,
                'image_revision': '%040x' % rng.getrandbits(160) if image and rng.random() < 0.3 else None,
                'image_source': None, 'digest': d,
                'media_type': 'application/vnd.oci.image.manifest.v1+json' if done else None,
                'digest_verified': done and rng.random() < 0.95, 'tag_change': change,
                'tag_change_source': rng.choice(['registry', 'history', None]) if done else None,
                'message': rng.choice([None, None, 'hotfix', '=1+1', 'a, "b"']),
                'previous_digest': prev if done else None, 'size_bytes': rng.randrange(10**9) if done else None,
                'started_at': time(ms), 'pushed_at': time(ms + 5000) if done else None,
                'finished_at': None if outcome == 'interrupted' else time(ms + 6000), 'outcome': outcome,
                'failure': failure,
                'notify': {'outcome': notify, 'at': time(ms + 5500) if notify else None,
                           'attempts': 1 if notify in ('delivered', 'failed') else 0,
                           'matched': 1 if notify == 'delivered' else None,
                           'triggered': ['e%d' % (n % 7)] if notify == 'delivered' else [], 'staged': [],
                           'rejected_non_upgradable': [], 'message': None},
                'labels': labels,
                'context': {'host': rng.choice(HOSTS), 'user': rng.choice(USERS),
                            'git_commit': '%040x' % rng.getrandbits(160) if rng.random() < 0.8 else None,
                            'git_branch': 'main', 'git_dirty': rng.random() < 0.1,
                            'ci_provider': 'github' if ci else None, 'ci_run_url': None,
                            'ci_actor': rng.choice(USERS + ['octocat']) if ci else None},
                'engine': {'name': 'docker', 'version': '28.2.2'} if image else {'name': None, 'version': None},
                'cli_version': '1.0.0'}, ensure_ascii=False, separators=(',', ':')))
        """

    private static let asker = """
        import json, sqlite3, sys
        records = [json.loads(line) for line in open(sys.argv[1])]
        records.sort(key=lambda r: (r['started_at'], r['id']), reverse=True)
        sql = sqlite3.connect(':memory:')
        seen = {}
        def glob(text, pattern):
            if (text, pattern) not in seen:
                seen[text, pattern] = bool(sql.execute('SELECT ? GLOB ?', (text, pattern)).fetchone()[0])
            return seen[text, pattern]
        def matches(r, pattern):
            if r['repository'] is None: return False
            o, p, t = r['owner'], r['repository'], r['tag']
            return any(glob(x, pattern) for x in ('%s/%s:%s' % (o, p, t), '%s:%s' % (p, t), '%s/%s' % (o, p), p, r['reference'],
                                                    r['reference'].rsplit(':', 1)[0]))
        def starts(text, prefix): return (text or '').startswith(prefix)
        for line in open(sys.argv[2]).read().split('\\n'):
            test = eval('lambda r: ' + line)
            c = None
            print(' '.join(r['id'] for r in records if test(r)))
        """
}
