import EnclaviaCore
import Glibc
import Subprocess
import SystemPackage

extension ProgramRun {
    /// Runs it to its end in this program's own process group, so that it may ask the user on the terminal, as for the
    /// passphrase of a key.
    ///
    /// If standard error is a terminal, the program writes to it, and ``Outcome/errorOutput`` is empty.
    ///
    /// - Parameter input: what it reads; at most 64 KiB.
    package func collectInForeground(
        input: [UInt8]
    ) async throws(ProgramRunError) -> Outcome {
        let limit = Self.outputLimit
        var options = PlatformOptions()
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: false, allowedDurationToNextStep: grace)
        ]
        let configuration = configuration(options)
        return try await guarded {
            let pipe = try PasswordPipe.make(holding: input)
            if isatty(STDERR_FILENO) == 1 {
                let result = try await run(
                    configuration,
                    input: .fileDescriptor(pipe, closeAfterSpawningProcess: true),
                    output: .bytes(limit: limit),
                    error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
                return Outcome(result.terminationStatus, result.standardOutput, [])
            }
            let result = try await run(
                configuration, input: .fileDescriptor(pipe, closeAfterSpawningProcess: true),
                output: .bytes(limit: limit), error: .bytes(limit: limit))
            return Outcome(
                result.terminationStatus, secrets.scrub(result.standardOutput),
                secrets.scrub(result.standardError))
        }
    }
}
