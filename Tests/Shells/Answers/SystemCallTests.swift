import Foundation
import TestSupport
import Testing

/// What a TAB costs, in numbers that do not depend on the load of the machine.
@Suite struct SystemCallTests {
    private func trace(_ words: [String]) async throws -> [String] {
        let history = try await SampleHistory()
        let run = try await Run.program(
            "strace",
            ["-f", "-o", "\(history.folder.path)/trace", Build.product("enclavia"), "__complete"]
                + words,
            environment: [
                "ENCLAVIA_STATE_DIR": history.stateDirectory,
                "DOCKER_HOST": "unix:///nonexistent",
            ])
        try #require(run.status == 0, "\(run.err)")
        return try String(contentsOfFile: "\(history.folder.path)/trace", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    @Test func `a TAB starts no thread and no process, and writes once`() async throws {
        let calls = try await trace(["push", "x", "my"])
        let starters = ["clone(", "clone3(", "fork("]
        #expect(!calls.contains { call in starters.contains { call.contains($0) } })
        #expect(calls.filter { $0.contains("execve(") }.count == 1)
        #expect(calls.filter { $0.contains(" write(1, ") }.count == 1)
    }

    @Test func `a TAB opens nothing but libraries and the history`() async throws {
        let calls = try await trace(["push", "x", "my"])
        let opened = calls.filter { $0.contains("openat(") && !$0.contains("ENOENT") }
        let others = opened.filter {
            !$0.contains(".so") && !$0.contains("/etc/ld.so.cache") && !$0.contains("history.db")
                && !$0.contains("/proc/self/maps") && !$0.contains("/sys/devices/system/cpu")
                && !$0.contains("/proc/meminfo")
        }
        #expect(others == [])
        #expect(!calls.contains { $0.contains("socket(") })
    }

    @Test func `a TAB makes no more system calls than the limit`() async throws {
        let verbs = try await trace(["pu"]).count
        let destinations = try await trace(["push", "x", "my"]).count
        #expect(verbs <= 160, "completing a verb makes \(verbs) system calls")
        #expect(destinations <= 230, "completing a destination makes \(destinations)")
    }

    @Test func `the program is a position-independent executable`() async throws {
        let run = try await Run.program("file", [Build.product("enclavia")])
        #expect(run.out.contains("pie executable"), "\(run.out)")
    }
}
