import Foundation
import Subprocess
import SystemPackage
import Testing

/// The result of a program.
package struct Run: Sendable {
    /// The exit code, or 128 and the signal.
    package let status: Int32
    package let out: String
    package let err: String

    /// Runs a program to its end.
    package static func program(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        input: String = "", directory: String? = nil
    ) async throws -> Run {
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            path.contains("/") ? .path(FilePath(path)) : .name(path),
            arguments: Arguments(arguments), environment: .inherit.updating(variables),
            workingDirectory: directory.map { FilePath($0) }, input: .string(input),
            output: .string(limit: 256 << 20), error: .string(limit: 64 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Run(status: status, out: result.standardOutput, err: result.standardError)
    }

    /// Runs a line of shell.
    package static func shell(
        _ line: String, environment: [String: String] = [:], directory: String? = nil
    ) async throws -> Run {
        try await program("bash", ["-c", line], environment: environment, directory: directory)
    }

    /// The one JSON value on standard output.
    package func json() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(out.utf8), options: .fragmentsAllowed)
    }

    /// The one JSON object on standard output.
    package func object() throws -> [String: Any] {
        try #require(try json() as? [String: Any], "not one JSON object: \(out)")
    }
}
