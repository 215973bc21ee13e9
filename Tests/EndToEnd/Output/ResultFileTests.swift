import Foundation
import TestSupport
import Testing

/// `--env-file` and `--summary`, as CI services and their parsers read them.
@Suite(.serialized)
struct ResultFileTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 931)
        try await sandbox.image("app:v2", seed: 932)
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    /// Runs a script in a folder of its own.
    private func run(_ script: String, in folder: Folder, with words: String = "") async throws
        -> Run
    {
        try folder.write(script, to: ".script", mode: 0o700)
        return try await sandbox().shell("\(words) bash -u .script", directory: folder.path)
    }

    /// The values as a parser of dotenv files reads them: the last of each name.
    private static let dotenv = """
        python3 -c 'import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))'
        """

    /// The values as GitHub's runner reads a file command: lines with `=`, or `<<` and a delimiter.
    private static let github = """
        python3 -c '
        import json, sys
        values = {}
        lines = iter(open(sys.argv[1], newline="").read().splitlines())
        for line in lines:
            if not line: continue
            equals, heredoc = line.find("="), line.find("<<")
            if heredoc >= 0 and (equals < 0 or heredoc < equals): raise SystemExit("heredoc")
            if equals < 1: raise SystemExit("Invalid format " + line)
            values[line[:equals]] = line[equals + 1:]
        print(json.dumps(values))'
        """

    @Test func `the variables are those of the record, the registry and the last push`()
        async throws
    {
        let folder = try Folder()
        let run = try await run(
            """
            set -e
            printf 'OTHER=kept' >out
            enclavia push app:v1 env:one --quiet --env-file out --summary summary.md >first
            enclavia push app:v2 env:two --quiet --env-file out --summary summary.md >second
            \(Self.dotenv) out
            \(Self.github) out
            enclavia history env:two --format 'template:{reference} {digest} {id}'
            cat second
            wc -l <out
            grep -c '^$' out || true
            """, in: folder)
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(run.status == 0 && lines.count == 6, "\(run.out) \(run.err)")
        let digest = try #require(try await sandbox().registryDigest("env", tag: "two"))
        let record = lines[2].split(separator: " ").map(String.init)
        for line in lines.prefix(2) {
            let values =
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
            #expect(
                values == [
                    "OTHER": "kept", "ENCLAVIA_REFERENCE": record[0], "ENCLAVIA_DIGEST": digest,
                    "ENCLAVIA_PUSH_ID": record[2],
                ])
        }
        #expect(record[1] == digest)
        #expect(lines[3] == "\(try await sandbox().registry)/alice/env@\(digest)")
        #expect(lines[4] == "7" && lines[5] == "0")
        try await checkSummary(folder, tables: 2)
    }

    /// Two tables, with what the registry holds.
    private func checkSummary(_ folder: Folder, tables: Int) async throws {
        let run = try await run("cmark-gfm -e table -t html summary.md", in: folder)
        #expect(run.out.components(separatedBy: "<table>").count == tables + 1, "\(run.out)")
        for tag in ["one", "two"] {
            let digest = try #require(try await sandbox().registryDigest("env", tag: tag))
            #expect(run.out.contains("<code>\(digest)</code>"), "\(run.out)")
            #expect(run.out.contains("/alice/env:\(tag)</code>"))
        }
        #expect(!run.out.contains("<p>|") && run.out.contains("<td>told</td>"), "\(run.out)")
    }

    @Test func `a table stands apart from the text before it`() async throws {
        let folder = try Folder()
        let run = try await run(
            """
            printf '# Job\\nsome text' >summary.md
            enclavia push app:v1 env:one --quiet --summary summary.md >/dev/null
            enclavia push app:v2 env:two --quiet --summary summary.md >/dev/null
            head -n 4 summary.md | cat -A | cut -c 1-11
            """, in: folder)
        #expect(run.out == "# Job$\nsome text$\n$\n| Reference\n", "\(run.out)\(run.err)")
        try await checkSummary(folder, tables: 2)
    }

    @Test func `what cannot be written is refused before anything is sent`() async throws {
        let folder = try Folder()
        let sandbox = try await sandbox()
        try await sandbox.clearLog()
        let run = try await run(
            """
            mkdir directory; mkfifo pipe; mkdir -m 0555 closed; touch same; ln -s same link
            [ "$(id -u)" = 0 ] || true
            for option in --env-file --summary; do
                for name in missing/out directory '' pipe "${ENCLAVIA_STATE_DIR-$XDG_STATE_HOME/enclavia}/history.db"; do
                    enclavia push app:v1 env:refused --quiet $option "$name" 2>>err; echo $?
                done
            done
            enclavia push app:v1 env:refused --env-file same --summary link 2>>err; echo $?
            enclavia push app:v1 env:refused --env-file new --summary ./new 2>>err; echo $?
            enclavia push app:v1 env:refused --digest-file new --summary new 2>>err; echo $?
            enclavia history env:refused --format jsonl | wc -l
            grep -c 'cannot be written\\|is not the name\\|of enclavia itself\\|the file of --' err
            cat err >&2
            """, in: folder)
        #expect(
            run.out == String(repeating: "64\n", count: 13) + "0\n13\n", "\(run.out)\(run.err)")
        #expect(try await sandbox.told().isEmpty)
    }

    @Test func `a full disk leaves the file as it was, and the push is recorded and notified`()
        async throws
    {
        let folder = try Folder()
        let run = try await run(
            """
            mkdir disk; mount -t tmpfs -o size=8k tmpfs disk
            printf 'OTHER=kept\\n' >disk/out; head -c 4096 /dev/zero >disk/filler
            head -c 4050 /dev/zero | tr '\\0' x >>disk/out
            before=$(sha256sum <disk/out)
            enclavia push app:v1 env:full --json --env-file disk/out >result 2>err; echo $?
            [ "$before" = "$(sha256sum <disk/out)" ] && echo same
            jq -r '.outcome, .notify.outcome' result; tail -n 1 err
            enclavia push app:v1 env:full --quiet --summary /dev/full >/dev/null 2>err; echo $?; tail -n 1 err
            """, in: folder, with: "unshare --mount --propagation private")
        #expect(
            run.out == """
                74
                same
                succeeded
                delivered
                error: the file of --env-file could not be written: No space left on device
                74
                error: the file of --summary could not be written: No space left on device

                """, "\(run.err)")
    }

    @Test func `a failed push has no variables, and a row that says why`() async throws {
        let folder = try Folder()
        let run = try await run(
            """
            enclavia push nowhere:v1 env:failed --quiet --env-file out --summary summary.md 2>/dev/null; echo $?
            wc -c <out; stat -c %a out; tail -n 1 summary.md | cut -d '|' -f 3
            enclavia push nowhere:v1 env:failed --quiet --summary /dev/full 2>&1 | grep -c '^warning: the file of'
            """, in: folder)
        #expect(run.out.hasPrefix("66\n0\n644\n failed: "), "\(run.out)\(run.err)")
        #expect(run.out.hasSuffix("\n1\n"), "\(run.out)")
    }

    @Test func `a pipe, standard error and a file that is only writable take what is appended`()
        async throws
    {
        let folder = try Folder()
        let run = try await run(
            """
            mkfifo pipe; (timeout 30 cat pipe >read) & reader=$!
            enclavia push app:v1 env:pipe --quiet --env-file pipe --summary /dev/stderr >/dev/null 2>err
            wait $reader; cut -d = -f 1 read
            grep -c '^| Reference' err
            """, in: folder)
        #expect(
            run.out == "ENCLAVIA_REFERENCE\nENCLAVIA_DIGEST\nENCLAVIA_PUSH_ID\n1\n",
            "\(run.out)\(run.err)")
    }

    @Test func `pushes at the same time each append whole lines`() async throws {
        let folder = try Folder()
        let run = try await run(
            """
            for i in 1 2 3 4 5 6; do
                enclavia push app:v1 "env:par$i" --quiet --env-file out --summary summary.md >/dev/null & done
            wait
            grep -c '^ENCLAVIA_REFERENCE=[^ ]*:par[1-6]$' out; wc -l <out; grep -c '^| Reference' summary.md
            """, in: folder)
        #expect(run.out == "6\n18\n6\n", "\(run.out)\(run.err)")
    }

    @Test func `a dry run writes nothing`() async throws {
        let folder = try Folder()
        let run = try await run(
            "enclavia push app:v1 env:dry --dry-run --quiet --env-file out --summary s >/dev/null; ls",
            in: folder)
        #expect(run.status == 0 && run.out.isEmpty, "\(run.out)\(run.err)")
    }

    @Test func `record appends the same, and refuses variables of several images`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("envrec:v1", "envrec:v2", seed: 933)
        let folder = try Folder()
        try folder.write("envrec:v1@\(digest)\nenvrec:v2@\(digest)\n", to: "refs")
        try folder.write(
            """
            enclavia record envrec:v1 --digest \(digest) --quiet --env-file out >/dev/null 2>&1 ||
                enclavia record envrec:v1 --digest \(digest) --env-file out >/dev/null 2>&1
            cut -d = -f 1 out
            enclavia record - --refs-file refs --env-file out2 2>&1 | head -n 1; ls out2 2>&1 | wc -w
            enclavia record - --refs-file refs --summary summary.md >/dev/null 2>&1; echo $?
            grep -c '\(digest)' summary.md; grep -c '^| Reference' summary.md
            """, to: ".script", mode: 0o700)
        let run = try await sandbox.shell("bash -u .script", directory: folder.path)
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(lines.count == 8, "\(run.out)\(run.err)")
        #expect(lines[0...2] == ["ENCLAVIA_REFERENCE", "ENCLAVIA_DIGEST", "ENCLAVIA_PUSH_ID"])
        #expect(lines[3].hasPrefix("error: --env-file holds the variables of one push"))
        #expect(lines[5...7] == ["0", "2", "1"])
    }

    @Test func `no file holds a token`() async throws {
        let folder = try Folder()
        let run = try await run(
            """
            enclavia push app:v1 env:secret --quiet --env-file out --summary summary.md >/dev/null
            token=$(jq -r '.access_token // .token' "${XDG_CONFIG_HOME:-$HOME/.config}/enclavia/credentials.json")
            [ ${#token} -gt 8 ]; echo $?
            grep -c -F -- "$token" out summary.md
            """, in: folder)
        #expect(run.out == "0\nout:0\nsummary.md:0\n", "\(run.out)\(run.err)")
    }
}
