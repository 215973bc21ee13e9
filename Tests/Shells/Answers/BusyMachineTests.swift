import Foundation
import TestSupport
import Testing

/// Completion on a machine with more work than processors.
@Suite(.serialized) struct BusyMachineTests {
    /// `make soak` presses TAB as often as a person does in a day.
    private static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_SOAK_ROUNDS"] == nil ? 20 : 1_000

    /// One of the processors that this process may use.
    private func processor() throws -> String {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        let list = try #require(line).split(separator: "\t").last
        return try String(#require(list).prefix { $0.isNumber })
    }

    /// On one processor, with a lower priority and among many tags, the history answers after some hundred
    /// milliseconds: later than a stalled disk may.
    @Test func `no TAB is empty beside eight busy processes`() async throws {
        let history = try await SampleHistory(
            (1...2_000).map { SampleHistory.Push(tag: "t\($0)", daysAgo: $0) })
        let processor = try processor()
        let busy = try (1...8).map { _ in
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/taskset")
            process.arguments = ["-c", processor, "sh", "-c", "while :; do :; done"]
            try process.run()
            return process
        }
        defer { for process in busy { kill(process.processIdentifier, SIGKILL) } }
        var empty = 0
        for _ in 1...Self.rounds {
            let run = try await Run.program(
                "taskset",
                [
                    "-c", processor, "nice", "-n", "10", Build.product("enclavia-complete"), "push",
                    "x", "myapp:t",
                ], environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
            if !run.out.hasPrefix("myapp:t1\t") { empty += 1 }
        }
        #expect(empty == 0, "\(empty) of \(Self.rounds) were empty")
    }
}
