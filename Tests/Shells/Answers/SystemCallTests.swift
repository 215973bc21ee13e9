import Foundation
import TestSupport
import Testing

/// What a TAB costs, in numbers that do not depend on the load of the machine.
@Suite struct SystemCallTests {
    /// The programs that answer, each as a command.
    static let programs = [["enclavia-complete"], ["enclavia", "__complete"]]

    private func trace(_ program: [String], _ words: [String]) async throws -> [String] {
        let history = try await SampleHistory()
        let run = try await Run.program(
            "strace",
            ["-f", "-o", "\(history.folder.path)/trace", Build.product(program[0])]
                + program.dropFirst() + words,
            environment: [
                "ENCLAVIA_STATE_DIR": history.stateDirectory,
                "DOCKER_HOST": "unix:///nonexistent",
            ])
        try #require(run.status == 0, "\(run.err)")
        return try String(contentsOfFile: "\(history.folder.path)/trace", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    @Test(arguments: programs)
    func `a TAB starts no thread and no process, and writes once`(_ program: [String]) async throws
    {
        let calls = try await trace(program, ["push", "x", "my"])
        let starters = ["clone(", "clone3(", "fork("]
        #expect(!calls.contains { call in starters.contains { call.contains($0) } })
        #expect(calls.filter { $0.contains("execve(") }.count == 1)
        #expect(calls.filter { $0.contains(" write(1, ") }.count == 1)
    }

    @Test(arguments: programs)
    func `a TAB opens nothing but libraries, the history and enclavia`(
        _ program: [String]
    ) async throws {
        let calls = try await trace(program, ["push", "x", "my"])
        let opened = calls.filter { $0.contains("openat(") && !$0.contains("ENOENT") }
        let others = opened.filter {
            !$0.contains(".so") && !$0.contains("/etc/ld.so.cache") && !$0.contains("history.db")
                && !$0.contains("/proc/self/maps") && !$0.contains("/sys/devices/system/cpu")
                && !$0.contains("/proc/meminfo") && !$0.contains("/enclavia\", O_RDONLY")
        }
        #expect(others == [])
        #expect(!calls.contains { $0.contains("socket(") })
    }

    @Test(arguments: zip(programs, [(verb: 110, destination: 220), (160, 230)]))
    func `a TAB makes no more system calls than the limit`(
        _ program: [String], _ limit: (verb: Int, destination: Int)
    ) async throws {
        let verbs = try await trace(program, ["pu"]).count
        let destinations = try await trace(program, ["push", "x", "my"]).count
        #expect(verbs <= limit.verb, "completing a verb makes \(verbs) system calls")
        #expect(destinations <= limit.destination, "completing a destination makes \(destinations)")
    }

    @Test(arguments: programs)
    func `the program is a position-independent executable`(_ program: [String]) async throws {
        let run = try await Run.program("file", [Build.product(program[0])])
        #expect(run.out.contains("pie executable"), "\(run.out)")
    }
}
