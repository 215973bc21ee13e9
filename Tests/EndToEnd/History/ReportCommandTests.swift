import Foundation
import TestSupport
import Testing

/// The file of `history report`, its exit status and its JSON.
@Suite(.serialized)
struct ReportCommandTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }
    private static let corpus = Task { try await Corpus(records: 300) }

    /// Runs a script in a folder of its own, which has a history of the corpus in `state`.
    private func run(_ script: String, in folder: Folder, with words: String = "") async throws
        -> Run
    {
        try folder.write(
            """
            export ENCLAVIA_STATE_DIR=$PWD/state
            report() { enclavia history report "$@"; }
            enclavia history import '\(try await Self.corpus.value.file)' >/dev/null || exit 99

            """ + script, to: ".script", mode: 0o700)
        return try await Self.shared.value.shell(
            "\(words) bash -u .script", directory: folder.path)
    }

    @Test func `a new file is for its owner only, whatever the umask is`() async throws {
        let run = try await run(
            """
            (umask 0; report --out open.html 2>err; echo $?; cat err)
            (umask 077; report --out closed.md --format markdown 2>err; echo $?; cat err)
            stat -c '%a %F' open.html closed.md
            head -c 15 open.html; echo; head -n 1 closed.md; grep -c '^## Evidence$' closed.md
            report >stdout.html; report --out - >dash.html; [ -s stdout.html ] && [ -s dash.html ]; echo $?
            """, in: try Folder())
        #expect(
            run.out == """
                0
                report of 300 pushes written to open.html
                0
                report of 300 pushes written to closed.md
                600 regular file
                600 regular file
                <!DOCTYPE html>
                # Report of pushes
                1
                0

                """, "\(run.out)\(run.err)")
    }

    @Test func `an existing file is kept, unless it is to be replaced`() async throws {
        let run = try await run(
            """
            printf old >file; printf old >target; ln -s target link; ln -s nowhere dangling
            chmod 644 target
            report --out file; echo $?; cat file; echo
            report --out link; echo $?; cat target; echo
            report --out link --force 2>err; echo $?; readlink link; head -c 15 target; echo
            report --out file --force 2>err; echo $?; head -c 15 file; echo
            report --out dangling 2>err; echo $?
            [ -L dangling ] && { [ ! -e dangling ] || head -c 9 nowhere; }; echo
            report --force 2>err; echo $?; report --out - --force 2>err; echo $?
            report --out '' 2>err; echo $?
            """, in: try Folder())
        let lines = run.out.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(9) == [
                "64", "old", "64", "old", "0", "target", "<!DOCTYPE html>", "0", "<!DOCTYPE html>",
            ], "\(run.out)\(run.err)")
        #expect(lines.dropFirst(9) == ["0", "<!DOCTYPE", "64", "64", "64"], "\(run.out)\(run.err)")
        let refusals = run.err.split(separator: "\n")
        #expect(refusals.count == 2 && refusals.allSatisfy { $0.contains("--force") }, "\(run.err)")
    }

    @Test func `a file that cannot be written, or is enclavia's own, is refused`() async throws {
        let folder = try Folder()
        let names = [
            "directory", "missing/out", "state/history.db", "hard", "link", "state/history.db-wal",
            "state/events.jsonl", "state/checkpoints.jsonl", "$PWD/state/spool/x.jsonl",
        ]
        let run = try await run(
            """
            mkdir -p directory state/spool; ln state/history.db hard; ln -s state/history.db link
            before=$(sha256sum <state/history.db)
            \(names.map { "report --out \"\($0)\"; echo $?; report --force --out \"\($0)\"; echo $?" }.joined(separator: "\n"))
            [ "$before" = "$(sha256sum <state/history.db)" ] && echo same
            ls -A directory state/spool | grep -v : ; enclavia history verify | head -c 7
            """, in: folder)
        #expect(
            run.out.replacing("\n\nintact", with: "\nintact")
                == String(repeating: "64\n", count: 2 * names.count) + "same\nintact:",
            "\(run.out)\(run.err)")
        let own = run.err.split(separator: "\n").filter {
            $0.contains("is a file of enclavia itself")
        }
        #expect(own.count == 2 * 7, "\(run.err)")
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a full disk has neither a part of a report nor a temporary file`() async throws {
        let run = try await run(
            """
            mkdir disk; mount -t tmpfs -o size=8k tmpfs disk
            report --out disk/new.html; echo $?; ls -A disk
            printf old >disk/old; report --force --out disk/old 2>/dev/null; echo $?; ls -A disk; cat disk/old; echo
            mount -o remount,ro disk; report --out disk/new.html; echo $?; ls -A disk
            report >/dev/full; echo $?
            report 2>err | head -c 1; echo " ${PIPESTATUS[0]}"; cat err
            """, in: try Folder(), with: "unshare --mount --propagation private")
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(lines.count == 8, "\(run.out)\(run.err)")
        #expect(lines[0...3] == ["74", "74", "old", "old"], "\(run.out)\(run.err)")
        // A read-only file system is known before there is a report: it is as any name that cannot be opened.
        #expect(lines[4...6] == ["64", "old", "74"], "\(run.out)")
        #expect(lines[7].hasPrefix("< ") && !run.err.contains("broken"), "\(run.out)\(run.err)")
    }

    @Test(arguments: SignalTests.endings)
    func `an interrupted report leaves nothing behind`(_ signal: Int32, _ code: Int32)
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let corpus = try await Corpus(records: 12_000)
        let environment = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
        let taken = try await sandbox.enclavia(
            ["history", "import", corpus.file], environment: environment)
        try #require(taken.status == 0, "\(taken.err)")
        let command = try Launched(
            ["history", "report", "--out", "\(folder.path)/new.html"], in: sandbox,
            environment: environment)
        _ = try await eventually(within: 20) { command.hasOpen("history.db") }
        command.send(signal)
        #expect(try await command.status(within: 5) == code, "\(command.err)")
        #expect(command.out == "" && command.err == "error: cancelled\n", "\(command.err)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["state"])
    }

    @Test func `the numbers are those of the database, and fit the schema`() async throws {
        let run = try await run(
            """
            report --user alice --out new.html --json >json || exit
            enclavia schema report >schema
            python3 -c '
            import json, jsonschema
            schema, value = json.load(open("schema")), json.load(open("json"))
            schema["additionalProperties"] = False
            jsonschema.validate(value, schema)' || exit
            wc -c <new.html; jq -r .bytes json
            jq -r '[.pushes, .imported, .repositories, .tags, .first_push_at, .last_push_at, .events]
                | map(tostring) | join("|")' json
            sqlite3 -readonly state/history.db "
                SELECT count(*), sum(origin_imported_at IS NOT NULL), count(DISTINCT registry || '/' || owner || '/' || repository),
                    count(DISTINCT CASE outcome WHEN 'succeeded' THEN reference END),
                    min(started_at), max(started_at), (SELECT count(*) FROM event)
                FROM push_v1 WHERE context_user = 'alice' OR context_ci_actor = 'alice'"
            jq -r '[.intact, .difference_count, .checkpoint_sequence, .checkpoint_unchanged] | tojson' json
            report --json; echo $?
            """, in: try Folder())
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(lines.count == 7, "\(run.out)\(run.err)")
        #expect(lines[0] == lines[1] && lines[2] == lines[3], "\(run.out)")
        #expect(lines[4] == "[true,0,null,null]" && run.err.isEmpty, "\(run.out)\(run.err)")
        #expect(lines[5].contains("--json needs --out FILE") && lines[6] == "64", "\(run.out)")
    }

    @Test func `a report of an edited history names the difference, and exits with 1`()
        async throws
    {
        let run = try await run(
            """
            sqlite3 -cmd '.timeout 10000' state/history.db "
                UPDATE push SET tag = 'forged' WHERE id = (SELECT min(id) FROM push)"
            report --format markdown --out new.md 2>err; echo $?
            grep -c forged new.md; sed -n '/^## Evidence/,$p' new.md | grep -c forged
            report --out new.html --json | jq -c '[.intact, .difference_count > 0]'; echo ${PIPESTATUS[0]}
            grep -c forged new.html >/dev/null; echo $?
            report >out.html; echo $?; [ -s out.html ]; echo $?
            """, in: try Folder())
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(lines.count == 8, "\(run.out)\(run.err)")
        #expect(lines[0] == "1" && lines[1] != "0" && lines[2] != "0", "\(run.out)\(run.err)")
        #expect(lines[3...7] == ["[false,true]", "1", "0", "1", "0"], "\(run.out)\(run.err)")
    }

    @Test func `a history that a kept checkpoint contradicts exits with 1`() async throws {
        let run = try await run(
            """
            enclavia history checkpoint >/dev/null
            report --out one.html --json | jq -c '[.checkpoint_unchanged, .checkpoint_sequence == .events]'; echo ${PIPESTATUS[0]}
            rm state/history.db*; head -n 5 '\(try await Self.corpus.value.file)' | enclavia history import >/dev/null
            report --out two.html --json | jq -c '[.intact, .checkpoint_unchanged, .pushes]'; echo ${PIPESTATUS[0]}
            """, in: try Folder())
        #expect(run.out == "[true,true]\n0\n[true,false,5]\n1\n", "\(run.err)")
    }

    @Test func `no history and no match are a report`() async throws {
        let run = try await run(
            """
            export ENCLAVIA_STATE_DIR=$PWD/none
            report --format markdown >new.md; echo $?; grep -c '^No push matches' new.md; [ -e none ]; echo $?
            export ENCLAVIA_STATE_DIR=$PWD/state
            report --format markdown nowhere:v1 >new.md; echo $?; grep -c '^No push matches' new.md
            report nowhere:v1 | grep -c 'No push matches'
            """, in: try Folder())
        #expect(run.out == "0\n1\n1\n0\n1\n1\n", "\(run.out)\(run.err)")
    }
}
