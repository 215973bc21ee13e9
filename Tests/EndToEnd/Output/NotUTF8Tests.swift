import Foundation
import TestSupport
import Testing

/// Paths, variables and arguments whose bytes are not UTF-8, as in a Latin-1 home.
@Suite(.serialized)
struct NotUTF8Tests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 941)
        return sandbox
    }

    /// Runs a script in a folder of its own; `$E` is the letter é in Latin-1.
    private func run(_ script: String) async throws -> Run {
        let folder = try Folder()
        try folder.write("E=$(printf '\\351')\n" + script, to: ".script")
        return try await Self.shared.value.shell("LC_ALL=C bash -u .script", directory: folder.path)
    }

    @Test func `history, event log and credentials work in a home that is not UTF-8`()
        async throws
    {
        let run = try await run(
            """
            export HOME=$PWD/Jos$E CONFIG=$XDG_CONFIG_HOME; mkdir -m 700 "$HOME"
            unset XDG_STATE_HOME XDG_CONFIG_HOME ENCLAVIA_STATE_DIR
            mkdir "$HOME/.config"; cp -a "$CONFIG/enclavia" "$HOME/.config/"
            enclavia push app:v1 app:one --quiet >/dev/null; echo $?
            enclavia history --format 'template:{tag} {outcome} {notify_outcome}'
            enclavia history verify --json | jq .intact
            enclavia status --json | jq .store.pushes
            enclavia __complete history at app: | head -n 1 | cut -f 1
            cd "$HOME/.local/state/enclavia" && ls history.db events.jsonl
            cd "$HOME/.." && ls -A | grep -v script | od -An -c | tr -d ' \\n'; echo
            """)
        #expect(
            run.out == """
                0
                one succeeded delivered
                true
                1
                app:one
                events.jsonl
                history.db
                Jos351\\n

                """, "\(run.err)")
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"))
    func `a read-only history is readable under a path that is not UTF-8`() async throws {
        let run = try await run(
            """
            export ENCLAVIA_STATE_DIR=$PWD/100%-$E-é?
            enclavia push app:v1 app:zero --quiet >/dev/null; echo $?
            unshare --mount --propagation private sh -c '
                mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" &&
                exec enclavia history --format "template:{tag}"' "$ENCLAVIA_STATE_DIR"
            enclavia doctor --json | jq -r '.findings[] | select(.level == "error") | .check'
            ls | wc -l
            """)
        #expect(run.out == "0\nzero\n1\n", "\(run.err)")
    }

    @Test func `every variable that names a path may have any bytes`() async throws {
        let run = try await run(
            """
            export ENCLAVIA_STATE_DIR=$PWD/s$E ENCLAVIA_EVENT_LOG=$PWD/log$E XDG_RUNTIME_DIR=$PWD/r$E
            export DOCKER_CONFIG=$PWD/d$E; mkdir -m 700 "$XDG_RUNTIME_DIR" "$DOCKER_CONFIG"
            echo '{"currentContext": "one"}' >"$DOCKER_CONFIG/config.json"
            ln -s "${DOCKER_HOST#unix://}" "sock$E"; export DOCKER_HOST=unix://$PWD/sock$E
            enclavia push app:v1 app:two --quiet >/dev/null; echo $?
            enclavia history --format 'template:{tag}'
            jq -r .type "$ENCLAVIA_EVENT_LOG" | tail -n 1
            ls "$ENCLAVIA_STATE_DIR" | grep -x history.db
            ls -A | grep -v script | grep -cv "$E"
            ls -A | grep -c $'\\xef\\xbf\\xbd'
            ls -A | wc -l
            """)
        #expect(
            run.out == "0\ntwo\nio.enclavia.push.finished\nhistory.db\n0\n0\n6\n",
            "\(run.out) \(run.err)")
    }

    @Test func `files are written and read under names that are not UTF-8`() async throws {
        let run = try await run(
            """
            enclavia push app:v1 app:three --quiet --digest-file "d$E" >/dev/null; echo $?
            enclavia push app:v1 app:three --quiet "--digest-file=$PWD/e$E" >/dev/null; echo $?
            enclavia history export "x$E" 2>err; cat err
            ENCLAVIA_STATE_DIR=$PWD/other enclavia history import "x$E" | cut -d ' ' -f 1-3
            ENCLAVIA_STATE_DIR=$PWD/other enclavia history import "y$E" 2>&1 | head -n 1
            cut -c 1-7 "d$E" "e$E"; ls | grep -c "$E"
            """)
        let lines = run.out.split(separator: "\n")
        #expect(lines.prefix(2) == ["0", "0"], "\(run.err)")
        #expect(lines[2].hasPrefix("exported ") && lines[2].hasSuffix(#" to x\xe9"#), "\(run.out)")
        #expect(lines[3].hasSuffix(" records read:") || lines[3].contains(" record"))
        #expect(lines[4].contains(#"y\xe9"#))
        #expect(lines.suffix(3) == ["sha256:", "sha256:", "3"])
    }

    @Test func `child processes get the original bytes of the environment`() async throws {
        let run = try await run(
            """
            export GREETING=Jos$E SEEN=$PWD/seen; mkdir bin
            cat >bin/docker <<'END'
            #!/bin/sh
            printf %s "$GREETING" >"$SEEN"
            exec \(try await realDocker()) "$@"
            END
            chmod 755 bin/docker
            PATH=$PWD/bin:$PATH enclavia push app:v1 app:four --quiet >/dev/null; echo $?
            od -An -c seen | tr -d ' '
            """)
        #expect(run.out == "0\nJos351\n", "\(run.err)")
    }

    private func realDocker() async throws -> String {
        try await Run.shell("command -v docker").out.trimmingCharacters(in: .newlines)
    }

    @Test func `a checkout under such a path has a commit, and CI variables are stored as text`()
        async throws
    {
        let run = try await run(
            """
            mkdir "g$E"; cd "g$E"; git init -q -b main .; echo a >f; git add f
            git -c user.name=a -c user.email=a@b commit -qm x
            export GITHUB_ACTIONS=true GITHUB_ACTOR=Jos$E
            enclavia push app:v1 app:five --json --quiet >result; echo $?
            [ "$(jq -r .context.git_commit result)" = "$(git rev-parse HEAD)" ] && echo same
            jq -r .context.ci_actor result
            """)
        #expect(run.out == "0\nsame\nJos\u{FFFD}\n", "\(run.err)")
    }

    @Test(arguments: [
        "push app:v1 app:six --label key=Jos$E", "push app:v1 app:six --message Jos$E",
        "push app$E app:six", "push app:v1 app:six$E", "history $E", "history --user Jos$E",
        "history --format template:$E", "Jos$E", "enclave status $E",
        "push app:v1 app:six --digest-file d$E --label key=Jos$E",
    ])
    func `an argument that is not UTF-8 is refused and named, unless it is a path`(
        _ command: String
    ) async throws {
        let run = try await run("enclavia \(command) --json; ls")
        let value = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any]
        #expect(value?["exit_code"] as? Int == 64, "\(run.out)")
        #expect((value?["error"] as? String)?.contains(#"\xe9"#) == true, "\(run.out)")
    }

    @Test(arguments: ["ENCLAVIA_TOKEN", "ENCLAVIA_BACKEND_URL", "ENCLAVIA_TAG_POLICY"])
    func `a text variable that is not UTF-8 is refused, and its value is not shown`(_ name: String)
        async throws
    {
        let run = try await run("export \(name)=secret$E; enclavia history; echo $?")
        #expect(run.out == "78\n")
        #expect(run.err == "error: \(name) is not UTF-8\n")
    }
}
