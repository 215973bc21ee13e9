import Foundation
import TestSupport
import Testing

/// `enclavia status --short` with words that need the parser, and with an output that cannot be written.
struct ShortStatusParserTests {
    @Test(arguments: [
        (["--json"], "--short cannot be combined with --json"),
        (["--remote"], "--short cannot be combined with --remote"),
        (["--since", "1h"], "--short cannot be combined with --since"),
        (["app:v1"], "--short cannot be combined with a reference"),
        (["--format", "csv"], "--format \"csv\" is not a valid format"),
        (["--format", "json"], "--format \"json\" is not a valid format"),
        (["--format=json", "--json"], "--format \"json\" is not a valid format"),
        (["--format", "template:"], "the template is empty"),
        (["--format", "template:{count}"], "the template contains the unknown field \"count\""),
    ])
    func `other options and formats are refused`(
        _ options: [String], _ message: String
    ) async throws {
        let history = try await OwnHistory.make()
        let short = try await OwnHistory.run(
            ["enclavia", "status", "--short"] + options, in: history)
        #expect(short.status == 64)
        // With `--json` or `--format json`, the error is a JSON value.
        if options.contains(where: { $0.contains("json") }) {
            let error = try short.object()
            #expect(error["error"] as? String == message)
            let isFormat = message.hasPrefix("--format")
            #expect((error["hint"] as? String)?.contains("template:<text>") == isFormat)
        } else {
            #expect(short.err.contains(message), "\(short.err)")
        }
        let companion = try await OwnHistory.run(
            ["enclavia-complete", "__status"] + options, in: history)
        #expect(companion.out == "" && companion.err == "" && companion.status == 69)
    }

    @Test func `with options that need the parser, the line is the same`() async throws {
        let history = try await OwnHistory.make()
        for words in [
            ["--color", "never", "status", "--short", "--exit-code"],
            ["status", "--short", "--exit-code", "--color=always"],
        ] {
            let short = try await OwnHistory.run(["enclavia"] + words, in: history)
            #expect(short.out == OwnHistory.line + "\n" && short.err == "")
            #expect(short.status == 1)
        }
        let format = try await OwnHistory.run(
            ["enclavia", "status", "--format", "template:x"], in: history)
        #expect(format.status == 64 && format.err.contains("add --short"))
        let lock = try await OwnHistory.run(
            ["enclavia", "--color=never", "status", "--short"], in: history,
            ["ENCLAVIA_STATE_DIR": "/dev/null/x/y", "LC_ALL": "C"])
        #expect(lock.out == "" && lock.status == 0)
    }

    @Test func `output that cannot be written is an error, as for every command`() async throws {
        let history = try await OwnHistory.make()
        for redirection in [">/dev/full", ">&-"] {
            let short = try await Run.shell(
                "'\(Build.product("enclavia"))' status --short \(redirection)",
                environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
            #expect(short.status == 74, "\(redirection)")
            #expect(short.err.hasPrefix("error: "), "\(short.err)")
        }
    }

    /// Opening the journal blocks, as a file on a network file system whose server is down.
    @Test(arguments: [
        ["--color=never", "status", "--short"], ["status", "--short", "--color", "never"],
        ["status", "--short", "--"], ["status", "--short"],
    ])
    func `a disk that does not answer is not waited for`(_ words: [String]) async throws {
        let history = try await OwnHistory.make()
        let fault = try await Run.shell(
            "rm -f history.db-wal history.db-shm; mkfifo history.db-journal",
            directory: history.stateDirectory)
        try #require(fault.status == 0, "\(fault.err)")
        for (options, status) in [([], 0), (["--exit-code"], 74)] {
            let run = try await Run.program(
                "timeout",
                ["20", Build.product("enclavia")]
                    + words.flatMap { $0 == "--short" ? [$0] + options : [$0] },
                environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory, "LC_ALL": "C.UTF-8"])
            #expect(run.out == "?\n" && run.err == "" && run.status == status, "\(run)")
        }
    }

    @Test(arguments: [
        ["enclavia", "status", "--short"], ["enclavia-complete", "__status"],
        ["enclavia", "--color=never", "status", "--short"],
    ])
    func `a closed pipe is no error`(_ program: [String]) async throws {
        let history = try await OwnHistory.make()
        for (signal, options, status) in [
            ("default", [], 0), ("ignore", [], 0), ("default", ["--exit-code"], 1),
            ("ignore", ["--exit-code"], 1),
        ] as [(String, [String], Int32)] {
            let words = (program.dropFirst() + options).joined(separator: " ")
            let run = try await Run.shell(
                """
                mkfifo pipe
                exec 3<>pipe 4>pipe 3<&-
                env --\(signal)-signal=PIPE '\(Build.product(program[0]))' \(words) >&4
                status=$?; rm pipe; exit $status
                """,
                environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory],
                directory: history.folder.path)
            #expect(run.status == status && run.err == "", "\(signal) \(run)")
        }
    }
}
