import EnclaviaStore
import Foundation
import TestSupport
import Testing

/// `enclavia status --short`, and `enclavia-complete __status`, which prints the same.
@Suite(.serialized) struct ShortStatusTests {
    /// The programs, each as a command that options may follow.
    static let programs = [["enclavia", "status", "--short"], ["enclavia-complete", "__status"]]

    private func run(
        _ program: [String], _ options: [String] = [], in history: SampleHistory,
        _ environment: [String: String] = [:]
    ) async throws -> Run {
        try await OwnHistory.run(program + options, in: history, environment)
    }

    @Test(arguments: programs)
    func `every kind of attention has a count`(_ program: [String]) async throws {
        let history = try await OwnHistory.make(hasEveryKind: true)
        for (options, out) in [
            ([], OwnHistory.fullLine),
            (
                ["--format", "template:<{failed}|{pending}>{{}}\\t{all}"],
                "<!1|↑1>{}\t↑1 !1 ~1 +1 ≈1"
            ),
            (["--format=template:{interrupted}{spooled}{unverified}"], "~1+1≈1"),
        ] {
            let short = try await run(program, options, in: history)
            #expect(short.out == out + "\n")
            #expect(short.err == "" && short.status == 0)
        }
        let coded = try await run(program, ["--exit-code"], in: history)
        #expect(coded.out == OwnHistory.fullLine + "\n" && coded.status == 1)
        let letters = try await run(program, in: history, ["LC_ALL": "de_DE.ISO-8859-1"])
        #expect(letters.out == "p1 f1 i1 s1 u1\n")
        let status = try await Run.program(
            Build.product("enclavia"), ["status", "--json"],
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        let attention = try #require(status.object()["attention"] as? [[String: Any]])
        #expect(
            attention.compactMap { $0["kind"] as? String }.sorted() == [
                "interrupted", "last_push_failed", "notify_pending", "spooled", "unverified",
            ])
    }

    @Test(arguments: programs)
    func `nothing is printed if nothing needs attention`(_ program: [String]) async throws {
        let history = try await SampleHistory(isIntact: true)
        for options in [[], ["--exit-code"], ["--format", "template:x{all}"]] {
            let short = try await run(program, options, in: history)
            #expect(short.out == "" && short.err == "" && short.status == 0)
        }
        let missing = try await run(
            program, ["--exit-code"], in: history, ["ENCLAVIA_STATE_DIR": "/nonexistent"])
        #expect(missing.out == "" && missing.err == "" && missing.status == 0)
        #expect(!FileManager.default.fileExists(atPath: "/nonexistent"))
    }

    @Test(arguments: programs)
    func `a template without a count to show prints nothing`(_ program: [String]) async throws {
        let history = try await OwnHistory.make()
        for (text, out) in [
            ("{interrupted}", ""), ("<{interrupted}|{spooled}>", ""),
            ("<{spooled}{failed}>", "<!1>\n"),
            ("something waits", "something waits\n"),
        ] {
            let short = try await run(
                program, ["--exit-code", "--format", "template:\(text)"], in: history)
            #expect(short.out == out && short.err == "" && short.status == 1, "\(text)")
        }
    }

    /// A store that cannot be read is never reported as if all were well, nor waited for.
    @Test(arguments: BadStoreTests.faults.map(\.name), programs)
    func `a broken store is unknown`(_ name: String, _ program: [String]) async throws {
        let history = try await OwnHistory.make()
        let line = try #require(BadStoreTests.faults.first { $0.name == name }).line
        let fault = try await Run.shell(line, directory: history.stateDirectory)
        #expect(fault.status == 0, "\(fault.err)")
        let isNone = ["missing", "empty"].contains(name)
        for (options, status) in [([], 0), (["--exit-code"], isNone ? 0 : 74)] {
            let short = try await run(program, options, in: history)
            #expect(short.out == (isNone ? "" : "?\n"))
            #expect(short.err == "" && short.status == status)
        }
    }

    @Test(arguments: programs)
    func `a locked store and a newer schema are unknown`(
        _ program: [String]
    ) async throws {
        let history = try await OwnHistory.make()
        let lock = try await LockedStore(history)
        #expect(try await run(program, in: history).out == "?\n")
        try lock.release()
        #expect(try await run(program, in: history).out == OwnHistory.line + "\n")
        try await OwnHistory.edit(history, "PRAGMA user_version = \(Schema.version + 1)")
        let newer = try await run(program, ["--exit-code"], in: history)
        #expect(newer.out == "?\n" && newer.err == "" && newer.status == 74)
    }

    @Test(arguments: programs)
    func `it starts no thread, process or parser, and writes nothing but its line`(
        _ program: [String]
    ) async throws {
        let history = try await OwnHistory.make()
        _ = try await run(program, in: history)
        let files = try Self.files(history)
        let trace = "\(history.folder.path)/trace"
        let run = try await Run.program(
            "strace", ["-f", "-o", trace, Build.product(program[0])] + program.dropFirst(),
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory, "LANG": "C.UTF-8"])
        #expect(run.out == OwnHistory.line + "\n" && run.status == 0, "\(run.err)")
        let calls = try String(contentsOfFile: trace, encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let starters = ["clone(", "clone3(", "fork("]
        #expect(!calls.contains { call in starters.contains { call.contains($0) } })
        #expect(calls.filter { $0.contains("execve(") }.count == 1)
        #expect(calls.filter { $0.contains(" write(") }.count == 1)
        let changes = ["unlink", "rename", "mkdir", "O_CREAT|O_EXCL", "O_TRUNC"]
        #expect(!calls.contains { call in changes.contains { call.contains($0) } })
        #expect(try Self.files(history) == files)
        let opened = calls.filter { $0.contains("openat(") && !$0.contains("ENOENT") }
        let known = [
            ".so", "/etc/ld.so.cache", "history.db", "/proc/self/maps", "/sys/devices/system/cpu",
            "/proc/meminfo", "/enclavia\", O_RDONLY", "/spool\"", "/running/",
            "/proc/thread-self/schedstat",
        ]
        #expect(opened.filter { line in !known.contains { line.contains($0) } } == [])
        #expect(!calls.contains { $0.contains("socket(") })
        #expect(calls.count < 300, "\(calls.count) system calls")
    }

    /// The files of the history and their contents, but for SQLite's index of the write-ahead log.
    private static func files(_ history: SampleHistory) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: history.stateDirectory)
        where name != "history.db-shm" {
            files[name] = FileManager.default.contents(
                atPath: "\(history.stateDirectory)/\(name)")
        }
        return files
    }

    @Test func `a text of the history is not printed`() async throws {
        let history = try await OwnHistory.make()
        let hostile = "$(touch pwned)`touch pwned`%F{red}\\e[31m\u{1B}[31m"
        try await OwnHistory.edit(
            history,
            """
            UPDATE push SET reference = '\(hostile)' || id, destination = '\(hostile)',
                failure_message = '\(hostile)', tag = '\(hostile)', local_image = '\(hostile)'
            """)
        for program in Self.programs {
            let out = try await run(program, in: history).out
            #expect(out == "↑1 !1\n", "\(out)")
        }
    }
}
