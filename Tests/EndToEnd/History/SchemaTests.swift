import Foundation
import TestSupport
import Testing

/// What every command prints with `--json` against the schemas that `enclavia schema` prints, by
/// Python's `jsonschema`.
@Suite(.serialized)
struct SchemaTests {
    /// An output, and the schema that it must fit.
    private struct Output: Encodable {
        let schema: String
        let label: String
        let text: String
    }

    @Test func `every output fits its schema, successes, empty ones and failures`() async throws {
        let sandbox = try await Sandbox.start(["--postgresql"])
        try await sandbox.image("app:v1", seed: 31)
        try await sandbox.image("app:v2", seed: 32)
        var outputs: [Output] = []
        func run(_ schema: String, _ words: String..., status: Int32 = 0) async throws -> Run {
            let run = try await sandbox.enclavia(words + ["--json"])
            let label = words.joined(separator: " ")
            #expect(run.status == status, "\(label): \(run.out) \(run.err)")
            outputs.append(Output(schema: schema, label: label, text: run.out))
            return run
        }
        func lines(_ schema: String, _ words: String...) async throws {
            for line in try await sandbox.enclavia(words).out.split(separator: "\n") {
                outputs.append(
                    Output(
                        schema: schema, label: words.joined(separator: " "), text: String(line)))
            }
        }

        // Nothing is there yet.
        _ = try await run("history", "history")
        _ = try await run("stats", "history", "stats")
        _ = try await run("verify", "history", "verify")
        _ = try await run("error", "history", "backup", "none.db", status: 66)
        _ = try await run("error", "history", "rebuild", "--yes", status: 66)
        _ = try await run("report", "history", "report", "--out", "\(sandbox.root)/empty.html")
        _ = try await run("prune", "history", "prune", "--before", "now", "--dry-run")
        _ = try await run("reconcile", "history", "reconcile")
        _ = try await run("error", "history", "checkpoint", status: 66)
        _ = try await run("status", "status")
        _ = try await run("sync", "history", "sync")
        _ = try await run("error", "history", "sync", "service=", status: 64)
        _ = try await run("enclaves", "enclave", "list")
        _ = try await run("notify", "notify", "--pending")
        _ = try await run("error", "history", "show", "abcdef", status: 1)
        _ = try await run("error", "history", "at", "app:v1", status: 1)

        // Pushes, of each kind.
        _ = try await run("preview", "push", "--dry-run", "app:v1", "app:prod")
        let enclave = try await run(
            "enclave", "enclave", "create", "--image", "alice/app:prod", "--upgradable")
        let id = try #require(try enclave.object()["id"] as? String)
        let push = try await run("push-result", "push", "app:v1", "app:prod", "--label", "a=b")
        let pushed = try #require(try push.object()["id"] as? String)
        let newest = try await run("push-result", "push", "app:v2", "app:prod")
        let kept = try #require(try newest.object()["id"] as? String)
        try await sandbox.faults(["notify": "500"])
        _ = try await run("push-result", "push", "app:v2", "app:other")
        _ = try await run("push-result", "push", "--require-notify", "app:v2", "app:o", status: 75)
        try await sandbox.faults([:])
        _ = try await run("push-result", "push", "--no-notify", "app:v1", "app:silent")
        let digest = try #require(try newest.object()["digest"] as? String)
        let references = "\(sandbox.root)/lines"
        try "app:o@\(digest)\napp:other@\(digest)\n".write(
            toFile: references, atomically: true, encoding: .utf8)
        _ = try await run("record", "record", "app:o", "--digest", digest, "--tool", "ko")
        _ = try await run("record", "record", "app", "--refs-file", references, "--no-notify")
        _ = try await run("error", "record", "app:v9", "--digest", digest, status: 76)
        _ = try await run("error", "push", "nothing:v1", "app:prod", status: 66)
        _ = try await run("error", "push", "app:v1", "bob/app:prod", status: 64)
        _ = try await run("error", "push", "app:v1", "App", status: 64)
        try await sandbox.faults(["token": "hang"])
        _ = try await sandbox.shell("timeout -s KILL 1 enclavia push app:v1 app:killed")
        try await sandbox.faults([:])

        // The history of them.
        _ = try await run("history", "history", "--limit", "2")
        _ = try await run("push", "history", "show", pushed)
        _ = try await run("push", "history", "at", "app:prod")
        _ = try await run("stats", "history", "stats")
        let intact = try await run("verify", "history", "verify")
        let head = try #require(try intact.object()["head"] as? String)
        _ = try await run("verify", "history", "verify", "--head", head)
        let none = String(repeating: "0", count: 64)
        _ = try await run("verify", "history", "verify", "--head", none, status: 1)
        let backup = sandbox.stateDirectory + "/backup.db"
        _ = try await run("backup", "history", "backup", backup)
        _ = try await run("error", "history", "backup", backup, status: 64)
        _ = try await run("rebuild", "history", "rebuild", "--yes")
        let checkpoint = "\(sandbox.root)/checkpoint"
        _ = try await run("checkpoint", "history", "checkpoint")
        _ = try await run("checkpoint", "history", "checkpoint", "--out", checkpoint)
        _ = try await run("verify", "history", "verify", "--checkpoint", checkpoint)
        _ = try await run("verify", "history", "verify", "--checkpoint", "/dev/null", status: 1)
        let report = "\(sandbox.root)/report.html"
        _ = try await run("report", "history", "report", "--out", report)
        _ = try await run(
            "report", "history", "report", "alice/app:prod", "--format", "markdown", "--force",
            "--out", report)
        _ = try await run("error", "history", "report", "--out", report, status: 64)
        _ = try await run("error", "history", "report", status: 64)
        _ = try await run("sync", "history", "sync", "--dry-run")
        _ = try await run("sync", "history", "sync")
        _ = try await run("status", "status")
        let log = "\(sandbox.stateDirectory)/events.jsonl"
        _ = try await run("verify", "history", "verify", "--against", log)
        _ = try await run("verify", "history", "verify", "--against", "/dev/null", status: 1)
        let (whole, copied) = ("\(sandbox.root)/whole.db", "\(sandbox.root)/copied.db")
        _ = try await run("backup", "history", "backup", copied)
        _ = try await run("salvage", "history", "salvage", copied, "--out", whole)
        let edit = try await sandbox.shell(
            "sqlite3 '\(copied)' 'UPDATE event SET data = NULL WHERE seq = 9'")
        #expect(edit.status == 0, "\(edit.err)")
        _ = try await run(
            "error", "history", "salvage", copied, "--out", "\(sandbox.root)/state-2/history.db",
            status: 74)
        let made = try await sandbox.shell(
            """
            mkdir -m 700 state-2 && status=0
            enclavia history salvage '\(copied)' --out state-2/history.db --json || status=$?
            test $status -eq 1
            """, directory: sandbox.root)
        #expect(made.status == 0, "\(made.err)")
        outputs.append(Output(schema: "salvage", label: "salvage of damage", text: made.out))
        let salvaged = try await sandbox.shell(
            "ENCLAVIA_STATE_DIR=$PWD/state-2 enclavia history verify --json",
            directory: sandbox.root)
        #expect(salvaged.status == 0, "\(salvaged.out)")
        #expect((try salvaged.object()["salvaged"] as? [Any])?.count == 1)
        outputs.append(Output(schema: "verify", label: "verify of salvage", text: salvaged.out))
        let events = try await sandbox.shell(
            "ENCLAVIA_STATE_DIR=$PWD/state-2 enclavia events --type history.salvaged",
            directory: sandbox.root)
        #expect(events.status == 0 && !events.out.isEmpty, "\(events.err)")
        for line in events.out.split(separator: "\n") {
            outputs.append(Output(schema: "event", label: "salvaged", text: String(line)))
        }
        _ = try await run(
            "error", "history", "salvage", "/nonexistent/x", "--out", "\(sandbox.root)/x",
            status: 66)
        _ = try await run("prune", "history", "prune", "--before", "now", "--yes")
        _ = try await run("reconcile", "history", "reconcile")
        try await lines("push", "history", "export")
        let copy = "\(sandbox.root)/copy.jsonl"
        #expect(try await sandbox.enclavia("history", "export", copy).status == 0)
        _ = try await run("import", "history", "import", copy)
        let other = try await sandbox.shell(
            """
            jq -c '.id = "01900000-0000-7000-8000-000000000001" | .revision = 9' '\(copy)' \
                | head -n 1 | enclavia history import --json
            """)
        #expect(other.status == 0, "\(other.err)")
        outputs.append(Output(schema: "import", label: "import of another's", text: other.out))
        _ = try await run("error", "history", "import", "/nonexistent/x", status: 66)
        _ = try await run("error", "history", "prune", "--before", "now", status: 64)

        // The rest.
        _ = try await run("status", "status", "--remote")
        _ = try await run("notify", "notify", kept)
        _ = try await run("error", "notify", pushed, status: 1)
        _ = try await run("auth", "auth", "status")
        _ = try await run("auth", "auth", "status", "--remote")
        _ = try await run("docker-entry", "auth", "docker")
        _ = try await run("enclaves", "enclave", "list")
        _ = try await run("enclave", "enclave", "status", id)
        _ = try await run("logs", "enclave", "logs", id)
        for verb in ["stop", "start", "restart", "destroy"] {
            _ = try await run("deed", "enclave", verb, id)
        }
        _ = try await run("error", "enclave", "status", "no-such", status: 1)
        for shell in ["bash", "zsh", "fish"] {
            _ = try await run("completion", "completion", shell)
            let home = try Folder()
            let install = try await sandbox.enclavia(
                "completion", shell, "--install", "--json", environment: ["HOME": home.path])
            #expect(install.status == 0, "\(install.err)")
            outputs.append(
                Output(schema: "completion-install", label: shell, text: install.out))
        }
        let doctor = try await sandbox.enclavia("doctor", "--json")
        outputs.append(Output(schema: "doctor", label: "doctor", text: doctor.out))
        for words in [[], ["history", "--since", "x"], ["nonsense"], ["schema", "nonsense"]] {
            let run = try await sandbox.enclavia(words + ["--json"])
            #expect(run.status == 64)
            outputs.append(
                Output(schema: "error", label: words.joined(separator: " "), text: run.out))
        }
        _ = try await run("logout", "auth", "logout")
        _ = try await run("error", "auth", "status", status: 77)
        let folder = try Folder()
        let browser = try folder.write(
            "#!/bin/sh\nexec curl -sSL --noproxy '*' -o /dev/null \"$1\"\n", to: "browser",
            mode: 0o700)
        let login = try await sandbox.enclavia(
            "auth", "login", "--json", environment: ["BROWSER": browser])
        #expect(login.status == 0, "\(login.err)")
        outputs.append(Output(schema: "auth", label: "auth login", text: login.out))

        try await lines("event", "events")
        for line in try String(
            contentsOfFile: "\(sandbox.stateDirectory)/events.jsonl", encoding: .utf8
        ).split(separator: "\n") {
            outputs.append(Output(schema: "event", label: "the event log", text: String(line)))
        }
        for fixture in try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path) {
            let folder = try Folder()
            try await layStore(fixture, in: folder)
            let state = ["ENCLAVIA_STATE_DIR": folder.path]
            for (schema, words) in [("event", ["events"]), ("push", ["history", "export"])] {
                let run = try await sandbox.enclavia(words, environment: state)
                #expect(run.status == 0, "\(run.err)")
                for line in run.out.split(separator: "\n") {
                    outputs.append(
                        Output(schema: schema, label: fixture, text: String(line)))
                }
            }
        }
        try await check(outputs, in: sandbox)
    }

    /// Stores of all schema versions, as the programs of those versions left them.
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../EnclaviaStoreTests/Fixtures").standardized

    private func layStore(_ fixture: String, in folder: Folder) async throws {
        let sql = try String(
            contentsOf: Self.fixtures.appending(path: fixture), encoding: .utf8)
        let script = try folder.write(sql, to: "store.sql")
        let made = try await Run.program(
            "sqlite3", ["\(folder.path)/history.db", ".read '\(script)'"])
        #expect(made.status == 0, "\(made.err)")
    }

    /// Holds every output against its schema, closed, so that a key that no schema knows is found too.
    private func check(_ outputs: [Output], in sandbox: Sandbox) async throws {
        let folder = try Folder()
        let values = String(decoding: try JSONEncoder().encode(outputs), as: UTF8.self)
        let file = try folder.write(values, to: "outputs.json")
        let script = try folder.write(Self.checker, to: "check.py")
        let run = try await Run.program(
            "python3", [script, file, Build.product("enclavia")], environment: sandbox.environment)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out == "", "\(run.out)")
    }

    private static let checker = """
        import json, subprocess, sys
        from jsonschema import Draft202012Validator
        def enclavia(*words):
            return json.loads(subprocess.run([sys.argv[2], *words], capture_output=True, check=True).stdout)
        def close(schema, more=set()):
            if isinstance(schema, dict):
                if 'properties' in schema:
                    schema['additionalProperties'] = False
                    missing = set(schema['properties']) - set(schema['required'])
                    allowed = {'notify_failed', 'signing_failed', 'handle', 'sequence',
                               'prevhash', 'spooled'} | more
                    if missing - allowed: print('not required:', missing - allowed)
                for value in schema.values(): close(value, more)
            elif isinstance(schema, list):
                for value in schema: close(value, more)
        names = enclavia('schema', '--json')
        validators, branches = {}, {}
        for name in names:
            schema = enclavia('schema', name)
            Draft202012Validator.check_schema(schema)
            assert schema['$schema'] == 'https://json-schema.org/draft/2020-12/schema'
            # Stored events are never rewritten, so those of older versions lack keys.
            close(schema, {'message', 'tag_change_source', 'previous_digest', 'host', 'local_image', 'reference'} if name == 'event' else set())
            validators[name] = Draft202012Validator(schema)
        # Of the kinds of events the one that an event claims to be, so that what is wrong is named.
        for branch in validators['event'].schema['anyOf']:
            for kind in branch['properties']['type']['enum']: branches[kind] = Draft202012Validator(branch)
        used, kinds = set(), set()
        for output in json.load(open(sys.argv[1])):
            used.add(output['schema'])
            value = json.loads(output['text'])
            validator = validators[output['schema']]
            if output['schema'] == 'event':
                kinds.add(value['type'])
                validator = branches[value['type']]
            for error in validator.iter_errors(value):
                deepest = error
                while deepest.context: deepest = max(deepest.context, key=lambda e: len(e.absolute_path))
                print(output['schema'], output['label'], list(deepest.absolute_path), deepest.message[:200])
            for key in ('kind', 'exit_code'):
                if output['schema'] == 'error' and key not in value: print('no error:', output)
        if set(names) - used: print('never seen:', set(names) - used)
        if set(branches) - kinds: print('events never seen:', set(branches) - kinds)
        """
}
