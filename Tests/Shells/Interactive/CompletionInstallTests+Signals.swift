import Foundation
import TestSupport
import Testing

/// `enclavia completion bash --install`, ended by a signal while it waits for bash's startup files.
extension CompletionInstallTests {
    /// Starts the command, and sends it a signal once a startup file has made the file `started`.
    private func interrupted(_ home: ShellHome, by signal: String) async throws -> Run {
        try await home.bash(
            """
            enclavia completion bash --install & command=$!
            for ((tries = 0; tries < 1500; tries++)); do
                if [[ -e started ]]; then break; fi
                sleep 0.02
            done
            kill -\(signal) $command
            wait $command
            """)
    }

    @Test(arguments: [("TERM", 143), ("HUP", 129)])
    func `a cancelled command writes nothing after the signal`(
        _ signal: String, _ status: Int32
    ) async throws {
        let home = try await ShellHome("echo 'touch ~/started; sleep 300' >.bashrc")
        let run = try await interrupted(home, by: signal)
        #expect(run.status == status, "\(run)")
        #expect(run.out == "")
        #expect(run.err.contains("cancelled: nothing was written"), "\(run.err)")
        #expect(!FileManager.default.fileExists(atPath: "\(home.folder.path)/.local"))
    }

    @Test func `a command that is cancelled later names what it has written`() async throws {
        // The shell is asked a second time once the script is in its place.
        let home = try await ShellHome(
            "echo 'if [[ -e ~/once ]]; then touch ~/started; sleep 300; fi; touch ~/once' >.bashrc")
        let run = try await interrupted(home, by: "TERM")
        let place = "\(home.folder.path)/\(Self.places["bash"] ?? "")"
        #expect(run.status == 143, "\(run)")
        #expect(run.err.contains("cancelled: \(place) was written"), "\(run.err)")
        #expect(FileManager.default.fileExists(atPath: place))
    }
}
