import TestSupport
import Testing

/// An auditor's questions, each answered by one command on a terminal of tmux, without jq.
struct AuditorScreensTests {
    private static let columns = [80, 120]

    /// A history in which app:prod was made by alice, moved by bob the day before last Tuesday, and moved
    /// again by carol a minute ago.
    private struct History {
        let folder: Folder
        let environment: [String: String]
        /// The days in the form of the program's `--since`.
        let monday: String
        let digests: [String]

        init() async throws {
            folder = try Folder()
            let script = try folder.write(Self.script, to: "make.py")
            let made = try await Run.program("python3", [script, folder.path])
            try #require(made.status == 0, "\(made.err)")
            let words = made.out.split(whereSeparator: \.isWhitespace).map(String.init)
            try #require(words.count == 5, "\(made.out)")
            monday = words[1]
            digests = Array(words[2...])
            environment = [
                "ENCLAVIA_STATE_DIR": "\(folder.path)/state", "HOME": folder.path, "TZ": words[0],
                "TMUX_TMPDIR": folder.path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
                "NO_COLOR": "", "ENCLAVIA": Build.product("enclavia"),
            ]
            let taken = try await Run.program(
                Build.product("enclavia"), ["history", "import", "\(folder.path)/records.jsonl"],
                environment: environment)
            try #require(taken.status == 0, "\(taken.err)")
        }

        /// What a terminal of that width shows once the command has ended.
        func screen(_ command: String, _ columns: Int) async throws -> [String] {
            let run = try await Run.shell(
                """
                tmux -L "auditor$$" -f /dev/null new-session -d -x \(columns) -y 60 \
                    '"$ENCLAVIA" \(command); echo "exit $?"; sleep 60'
                trap 'tmux -L "auditor$$" kill-server' EXIT
                for i in $(seq 400); do
                    tmux -L "auditor$$" capture-pane -p | grep -q '^exit ' && break
                    sleep 0.025
                done
                tmux -L "auditor$$" capture-pane -p
                """, environment: environment)
            let lines = run.out.split(separator: "\n").map(String.init)
            #expect(lines.last == "exit 0", "\(command): \(run.out)\(run.err)")
            return Array(lines.dropLast())
        }

        /// The zone is one in which it is noon now, so that no day ends under the test.
        private static let script = """
            import datetime, hashlib, json, sys
            folder = sys.argv[1]
            utc = datetime.timezone.utc
            now = datetime.datetime.now(utc)
            offset = 12 - now.hour
            local = now + datetime.timedelta(hours=offset)
            tuesday = local.date() - datetime.timedelta(days=(local.weekday() - 1) % 7 or 7)
            monday = tuesday - datetime.timedelta(days=1)
            def digest(x): return 'sha256:' + hashlib.sha256(str(x).encode()).hexdigest()
            def text(t): return t.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (t.microsecond // 1000)
            def at(day, hour):
                t = datetime.datetime(day.year, day.month, day.day, hour, tzinfo=utc)
                return t - datetime.timedelta(hours=offset)
            pushes = [(at(monday - datetime.timedelta(days=14), 9), 'alice', 'laptop', 'aaaa111'),
                      (at(monday, 10), 'bob', 'build-7', 'c0ffee1'),
                      (now - datetime.timedelta(minutes=1), 'carol', 'laptop', 'badcafe')]
            with open(folder + '/records.jsonl', 'w') as out:
                for n, (start, user, host, commit) in enumerate(pushes):
                    ms = int(start.timestamp() * 1000)
                    h = '%012x7%03x8%015x' % (ms, n, 0xabcdef00000 + n)
                    end = text(start + datetime.timedelta(seconds=1))
                    out.write(json.dumps({
                        'schema_version': 1, 'revision': 7, 'origin': None,
                        'id': '-'.join((h[:8], h[8:12], h[12:16], h[16:20], h[20:])),
                        'destination': 'app:prod', 'backend': 'https://api.example.com',
                        'reference': 'registry.example.com/alice/app:prod',
                        'registry': 'registry.example.com', 'owner': 'alice', 'repository': 'app',
                        'tag': 'prod', 'local_image': 'app', 'local_image_id': digest('config %d' % n),
                        'image_revision': None, 'image_source': None, 'digest': digest(n),
                        'media_type': 'application/vnd.oci.image.manifest.v1+json',
                        'digest_verified': True, 'tag_change': 'moved' if n else 'created',
                        'tag_change_source': 'registry', 'message': None,
                        'previous_digest': digest(n - 1) if n else None, 'size_bytes': 1234,
                        'started_at': text(start), 'pushed_at': end, 'finished_at': end,
                        'outcome': 'succeeded', 'failure': None,
                        'notify': {'outcome': 'delivered', 'at': end, 'attempts': 1, 'matched': 1,
                                   'triggered': [], 'staged': [], 'rejected_non_upgradable': [],
                                   'message': None},
                        'labels': {},
                        'context': {'host': host, 'user': user, 'git_commit': commit + 33 * '0',
                                    'git_branch': 'main', 'git_dirty': False, 'ci_provider': None,
                                    'ci_run_url': None, 'ci_actor': None},
                        'engine': {'name': 'docker', 'version': '28.2.2'}, 'cli_version': '1.0.0'},
                        separators=(',', ':')) + '\\n')
            print('LCL%+d' % -offset, monday, *(digest(n)[7:19] for n in range(3)))
            """
    }

    @Test
    func
        `what did a tag point at last Tuesday, who moved it, from which commit, was the backend told`()
        async throws
    {
        let history = try await History()
        for columns in Self.columns {
            let lines = try await history.screen("history at app:prod last tuesday", columns)
            let text = lines.joined(separator: " ")
            // The pinned reference may be longer than the terminal.
            #expect(lines.joined().contains("alice/app@sha256:\(history.digests[1])"), "\(text)")
            for fact in [
                "bob", "build-7", "c0ffee1", "told", "\(history.monday) 10:00",
                history.digests[0], history.digests[2], "carol",
            ] {
                #expect(text.contains(fact), "\(fact) at \(columns): \(text)")
            }
        }
    }

    @Test func `the writers of a tag and the pushes of a user are listed one push a line`()
        async throws
    {
        let history = try await History()
        for columns in Self.columns {
            let all = try await history.screen("history app:prod", columns)
            try #require(all.count == 4, "\(all)")
            for (line, (who, commit)) in zip(
                all.dropFirst(),
                [("carol", "badcafe"), ("bob", "c0ffee1"), ("alice", "aaaa111")])
            {
                for fact in [who, commit, "told", "app:prod"] {
                    #expect(line.contains(fact), "\(fact) at \(columns): \(line)")
                }
            }
            let one = try await history.screen("history --user bob", columns)
            #expect(one.count == 2 && one[1].contains("moved"), "\(one)")
            let day = try await history.screen(
                "history --since \(history.monday) --until \(history.monday)", columns)
            #expect(day.count == 2 && day[1].contains("bob"), "\(day)")
        }
    }

    @Test func `one screen shows what each tag points at, and one whether the history is intact`()
        async throws
    {
        let history = try await History()
        for columns in Self.columns {
            let status = try await history.screen("status", columns)
            let row = try #require(status.first { $0.contains("alice/app:prod") }, "\(status)")
            for fact in [history.digests[2], "carol", "badcafe", "told"] {
                #expect(row.contains(fact), "\(fact) at \(columns): \(row)")
            }
            let verified = try await history.screen("history verify", columns)
            #expect(verified.first?.hasPrefix("intact: 3 events") == true, "\(verified)")
            #expect(verified.contains { $0.contains("3 pushes imported") }, "\(verified)")
        }
    }
}
