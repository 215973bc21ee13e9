import Foundation
import TestSupport
import Testing

/// What `--digest-file` and `history export` write to: files, links, devices, pipes, descriptors, mounts.
@Suite(.serialized)
struct OutputFileTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 921)
        let push = try await sandbox.enclavia("push", "app:v1", "app:first")
        try #require(push.status == 0, "\(push.err)")
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    /// Runs a script in a folder of its own, which it finds as `$PWD`.
    ///
    /// - Parameter words: the command line of a program that runs the script, such as `unshare`.
    private func run(_ script: String, with words: String = "") async throws -> Run {
        let folder = try Folder()
        try folder.write(script, to: ".script", mode: 0o700)
        return try await sandbox().shell("\(words) bash -u .script", directory: folder.path)
    }

    @Test(arguments: [
        "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "link", "chain",
    ])
    func `a path to standard output is written in order and stays a link`(_ name: String)
        async throws
    {
        let run = try await run(
            """
            ln -s /proc/self/fd/1 link; ln -s link chain
            {
                echo before
                enclavia push app:v1 app:v2 --quiet --digest-file \(name)
                enclavia history export \(name) 2>/dev/null
                echo after
            } >out
            sed -E 's/sha256:[0-9a-f]{64}/D/; s/^\\{"backend":.*/record/' out | uniq
            readlink link chain /dev/stdout
            """)
        #expect(
            run.out == """
                before
                D
                \(try await sandbox().registry)/alice/app@D
                record
                after
                /proc/self/fd/1
                link
                /proc/self/fd/1

                """, "\(run.err)")
    }

    @Test func `descriptors of the caller are written: files, pipes, standard error`()
        async throws
    {
        let run = try await run(
            """
            enclavia history export /dev/fd/7 7>seven 2>/dev/null; head -c 17 seven; echo
            enclavia push app:v1 app:v3 --quiet --digest-file /dev/fd/7 7>>seven >/dev/null
            tail -n 1 seven | cut -c 1-7
            enclavia history export >(head -c 17 >piped) 2>/dev/null; echo $?
            enclavia push app:v1 app:v3 --quiet --digest-file /dev/stderr 2>said >/dev/null
            cut -c 1-7 said
            for i in $(seq 400); do [ -s piped ] && break; sleep 0.025; done; cat piped
            """)
        let record = #"{"backend":"http:"#
        #expect(run.out == "\(record)\nsha256:\n0\nsha256:\n\(record)", "\(run.err)")
    }

    @Test func `a descriptor that is not open for writing is refused before the push`()
        async throws
    {
        let run = try await run(
            """
            echo kept >readable
            before=$(enclavia history --format jsonl | wc -l)
            for n in 3 4 5 6 7 8 9 10 11 12 99; do
                enclavia push app:v1 app:refused --digest-file /dev/fd/$n 5<readable 2>err; echo $?
                grep -o 'it is not a descriptor that is open for writing' err
            done | sort | uniq -c | tr -s ' '
            echo $(($(enclavia history --format jsonl | wc -l) - before))
            cat readable
            enclavia history verify --json | jq .intact
            """)
        #expect(
            run.out == """
                 11 64
                 11 it is not a descriptor that is open for writing
                0
                kept
                true

                """, "\(run.err)")
    }

    @Test func `symbolic links remain, and their target is replaced or created`() async throws {
        let run = try await run(
            """
            mkdir there; echo old >there/file; ln there/file kept
            ln -s there/file one; ln -s one two; ln -s "$PWD/there/new" dangling
            enclavia history export two 2>/dev/null; echo $?
            enclavia push app:v1 app:v4 --quiet --digest-file dangling >/dev/null; echo $?
            readlink one two dangling | sed "s,$PWD,.,"
            cat kept; head -c 17 there/file; echo; cut -c 1-7 there/new
            ls -A there
            ln -s a b; ln -s b a; enclavia history export a --json | jq -r '.kind, .exit_code'
            """)
        #expect(
            run.out == """
                0
                0
                there/file
                one
                ./there/new
                old
                {"backend":"http:
                sha256:
                file
                new
                usage
                64

                """, "\(run.err)")
    }

    @Test func `a full device is an output error, and the push is recorded and notified`()
        async throws
    {
        let run = try await run(
            """
            enclavia push app:v1 app:full --json --digest-file /dev/full >result 2>err; echo $?
            jq -r '.outcome, .notify.outcome' result; tail -n 1 err
            enclavia history export /dev/full --json | jq -r '.kind, .error'
            enclavia history export /dev/null 2>/dev/null; echo $?
            [ -c /dev/null ] && [ -c /dev/full ] && echo devices
            """)
        #expect(
            run.out == """
                74
                succeeded
                delivered
                error: the digest file could not be written: No space left on device
                output
                /dev/full cannot be written: No space left on device
                0
                devices

                """, "\(run.err)")
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"))
    func `a file that is a mount point is written in place`() async throws {
        let run = try await run(
            """
            mkdir fixed; touch fixed/digest; echo 'older, and longer than what will come' >inner
            mount --bind fixed fixed; mount -o remount,bind,ro fixed; mount --bind inner fixed/digest
            echo 'older, and longer than a digest is, so that the end of it would be left' >mount
            touch point; mount --bind mount point
            enclavia history export point 2>/dev/null; echo $?
            enclavia history export | cmp - mount && echo same
            enclavia push app:v1 app:v5 --quiet --digest-file fixed/digest >/dev/null; echo $?
            cut -c 1-7 inner; wc -l <inner
            ls -A . fixed | grep enclavia
            """, with: "unshare --mount --propagation private")
        #expect(run.out == "0\nsame\n0\nsha256:\n1\n", "\(run.err)")
    }

    @Test func `an export to a named pipe waits for a reader, and a signal ends the wait`()
        async throws
    {
        let run = try await run(
            """
            set -m; mkfifo pipe
            enclavia history export pipe 2>/dev/null & pid=$!
            timeout 20 head -c 17 pipe; echo; wait $pid; echo $?
            enclavia history export pipe 2>/dev/null & pid=$!
            for i in $(seq 400); do grep -q 'SigCgt:.*[4567cdef]...$' /proc/$pid/status && break
                sleep 0.025; done
            kill -TERM $pid; wait $pid; echo $?
            timeout 20 enclavia push app:v1 app:alone --digest-file pipe 2>err; echo $?
            grep -o 'no process reads from it' err
            enclavia history 'app:alone' --format jsonl | wc -l
            enclavia push app:v1 app:read --quiet --digest-file pipe >/dev/null & pid=$!
            timeout 20 cut -c 1-7 pipe; wait $pid; echo $?
            [ -p pipe ] && echo pipe
            """)
        #expect(
            run.out == """
                {"backend":"http:
                0
                143
                64
                no process reads from it
                0
                sha256:
                0
                pipe

                """, "\(run.err)")
    }

    @Test(arguments: ["字", "é", "a", "👩‍👩‍👧"])
    func `a file name may have the maximum length`(_ character: String) async throws {
        let name = String(repeating: character, count: 255 / character.utf8.count)
        let run = try await run(
            """
            enclavia history export '\(name)' 2>/dev/null; echo $?
            enclavia history export '\(name)a\(name)' --json | jq -r .kind
            ls -A | grep -v script | wc -l
            """)
        #expect(run.out == "0\nusage\n1\n", "\(run.err)")
    }

    @Test func `directories, and files in a missing directory, are refused`() async throws {
        let run = try await run(
            """
            mkdir folder; ln -s folder link
            for name in folder link none/digest ''; do
                enclavia push app:v1 app:refused --digest-file "$name" --json | jq -r .kind
                enclavia history export "$name" --json | jq -r .kind
            done | uniq -c | tr -s ' '
            ls -A folder
            """)
        #expect(run.out == " 8 usage\n", "\(run.err)")
    }

    @Test func `in a deleted working directory nothing is written elsewhere`() async throws {
        let run = try await run(
            """
            top=$PWD; mkdir gone; cd gone; rmdir ../gone
            enclavia history export gone-921.jsonl --json | jq -r .kind
            enclavia push app:v1 app:gone --digest-file gone-921 --json | jq -r .kind
            enclavia history export "$top/out" 2>/dev/null; echo $?
            ls / "$top" | grep 921
            """)
        #expect(run.out == "usage\nusage\n0\n", "\(run.err)")
    }

    @Test(arguments: [(1, 74), (2, 0)])
    func `an export fails if the file cannot be synced, and warns if its directory cannot`(
        call: Int, status: Int
    ) async throws {
        let run = try await run(
            """
            echo old >file
            strace -f -qq -o /dev/null -e trace=fsync -e inject=fsync:error=EIO:when=\(call) \
                enclavia history export file 2>err; echo $?
            head -c 17 file; echo; ls -A | grep -v -e script -e err
            grep -c 'its directory could not be synced (Input/output error)' err
            """)
        let kept = status == 0 ? #"{"backend":"http:"# : "old\n"
        #expect(run.out == "\(status)\n\(kept)\nfile\n\(status == 0 ? 1 : 0)\n", "\(run.err)")
    }

    @Test func `a reader that closes early ends an export quietly`() async throws {
        let run = try await run(
            """
            mkfifo pipe; exec 3<>pipe 4>pipe 3<&-
            enclavia history export /dev/fd/4; echo $?
            enclavia push app:v1 app:v6 --quiet --digest-file /dev/fd/4 >/dev/null; echo $?
            """)
        #expect(run.out == "0\n0\n")
        #expect(run.err == "")
    }

    @Test func `only the owner can read an export, and everyone can read a digest file`()
        async throws
    {
        let run = try await run(
            """
            umask 022; touch digest export; chmod 666 digest export
            enclavia push app:v1 app:v7 --quiet --digest-file digest >/dev/null
            enclavia history export export 2>/dev/null; stat -c %a digest export
            """)
        #expect(run.out == "644\n600\n")
    }
}
