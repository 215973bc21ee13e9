import Foundation
import TestSupport
import Testing

/// Completion on a machine with more work than processors.
@Suite(.serialized) struct BusyMachineTests {
    /// `make soak` presses TAB as often as a person does in a day.
    private static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_SOAK_ROUNDS"] == nil ? 120 : 1_000

    @Test func `no TAB is empty beside eight busy processes`() async throws {
        let history = try await SampleHistory()
        let busy = try (1...8).map { _ in
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "while :; do :; done"]
            try process.run()
            return process
        }
        defer { for process in busy { kill(process.processIdentifier, SIGKILL) } }
        var empty = 0
        for _ in 1...Self.rounds {
            let run = try await Run.program(
                Build.product("enclavia-complete"), ["push", "x", "my"],
                environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
            if !run.out.hasPrefix("myapp:\t") { empty += 1 }
        }
        #expect(empty == 0, "\(empty) of \(Self.rounds) were empty")
    }
}
