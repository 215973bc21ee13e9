import Foundation
import Subprocess
import SystemPackage
import Testing

/// The executable as it is shipped, which the build puts beside the tests.
enum Binary {
    struct Outcome {
        let status: TerminationStatus
        let output: String
        let error: String
    }

    static var path: FilePath {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return FilePath(tests).removingLastComponent().appending("enclavia-sandbox")
        }
    }

    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Outcome {
        let updates = environment.map {
            (Environment.Key(stringLiteral: $0.key), $0.value as String?)
        }
        let result = try await Subprocess.run(
            .path(try path), arguments: Arguments(arguments),
            environment: .inherit.updating(Dictionary(uniqueKeysWithValues: updates)),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, output: result.standardOutput,
            error: result.standardError)
    }
}

/// Runs a program of the machine's; returns its exit status and what it said.
func shell(_ script: String, environment: [String: String?]) async throws -> Binary.Outcome {
    let updates = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
    let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", script],
        environment: .inherit.updating(Dictionary(uniqueKeysWithValues: updates)),
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Binary.Outcome(
        status: result.terminationStatus, output: result.standardOutput,
        error: result.standardError)
}
