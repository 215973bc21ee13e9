import Foundation
import Subprocess

/// Lines of shell that prepare what a test needs.
package enum Shell {
    package struct Failure: Error {
        package let status: TerminationStatus
        package let output: String
    }

    /// An environment without this machine's own engines and settings.
    package static var plainEnvironment: [String: String] {
        ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"]
    }

    /// Runs `script` in `/bin/sh -e`.
    ///
    /// - Returns: what it printed, without the last newline.
    @discardableResult
    package static func run(
        _ script: String, environment: [String: String] = [:], directory: String? = nil
    ) async throws -> String {
        let variables = plainEnvironment.merging(environment) { $1 }
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-e", "-c", script],
            environment: .custom(
                Dictionary(
                    uniqueKeysWithValues: variables.map {
                        (Environment.Key(stringLiteral: $0), $1)
                    })),
            workingDirectory: directory.map { .init($0) },
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failure(status: result.terminationStatus, output: result.standardError)
        }
        return result.standardOutput.trimmingCharacters(in: .newlines)
    }
}
