import Foundation
import Synchronization
import Testing

/// A local Enclavia for one test: backend, token realm and registry. The Docker engine, which
/// takes seconds to start, is shared by all sandboxes of a test run.
package final class Sandbox: Sendable {
    /// The environment of commands inside.
    package let environment: [String: String]
    private let process: SandboxProcess

    private init(environment: [String: String], process: SandboxProcess) {
        self.environment = environment
        self.process = process
    }

    deinit { process.stop() }

    /// Starts one; `flags` are those of `enclavia-sandbox up`.
    package static func start(_ flags: [String] = [], engine: Bool = true) async throws -> Sandbox {
        var variables: [String: String] = [:]
        var flags = flags
        if engine {
            variables["DOCKER_HOST"] = try await SharedEngine.shared.host()
        } else {
            flags.append("--no-engine")
        }
        let process = try await SandboxProcess.up(flags, environment: variables)
        return Sandbox(environment: process.environment, process: process)
    }

    package var url: String { environment["ENCLAVIA_SANDBOX_URL"] ?? "" }
    package var registry: String { environment["ENCLAVIA_SANDBOX_REGISTRY"] ?? "" }
    package var root: String { environment["ENCLAVIA_SANDBOX_ROOT"] ?? "" }
    package var stateDirectory: String { "\(environment["XDG_STATE_HOME"] ?? "")/enclavia" }
    package var database: String { "\(stateDirectory)/history.db" }
    package var credentialsFile: String {
        "\(environment["XDG_CONFIG_HOME"] ?? "")/enclavia/credentials.json"
    }

    /// Runs the built `enclavia` inside.
    package func enclavia(
        _ arguments: String..., environment more: [String: String] = [:], input: String = "",
        directory: String? = nil
    ) async throws -> Run {
        try await enclavia(arguments, environment: more, input: input, directory: directory)
    }

    package func enclavia(
        _ arguments: [String], environment more: [String: String] = [:], input: String = "",
        directory: String? = nil
    ) async throws -> Run {
        try await Run.program(
            Build.product("enclavia"), arguments,
            environment: environment.merging(more) { $1 }, input: input, directory: directory)
    }

    /// Runs a line of shell inside, with the built programs on `PATH`.
    package func shell(
        _ line: String, environment more: [String: String] = [:], directory: String? = nil
    ) async throws -> Run {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folder = (Build.product("enclavia") as NSString).deletingLastPathComponent
        var variables = environment.merging(more) { $1 }
        variables["PATH"] = "\(folder):\(variables["PATH"] ?? path)"
        return try await Run.shell(line, environment: variables, directory: directory)
    }

    /// Builds a tiny local image; another `seed` gives another image.
    package func image(
        _ name: String, seed: Int = 1, size: Int = 2048, labels: [String: String] = [:]
    ) async throws {
        let more = labels.flatMap { ["--label", "\($0.key)=\($0.value)"] }
        let run = try await Run.program(
            Build.product("enclavia-sandbox"),
            ["image", name, "--seed", "\(seed)", "--size", "\(size)"] + more,
            environment: environment)
        try #require(run.status == 0, "no image: \(run.err)")
    }

    /// Replaces the faults: a place to a fault, as `enclavia-sandbox up --help` lists them.
    package func faults(_ faults: [String: String]) async throws {
        let body = String(
            decoding: try JSONSerialization.data(withJSONObject: faults), as: UTF8.self)
        let run = try await control("POST", "faults", body)
        try #require(run.status == 0, "the sandbox refused the faults: \(run.out)")
    }

    /// The requests that the backend or the registry received, oldest first.
    package func log(_ path: String = "") async throws -> [[String: Any]] {
        let run = try await control("GET", "log?path=\(path)")
        return try #require(try run.json() as? [[String: Any]])
    }

    /// The notifications that the backend received, oldest first.
    package func notifications() async throws -> [[String: Any]] {
        try await log("/me/registry/push-notify")
    }

    package func clearLog() async throws {
        _ = try await control("DELETE", "log")
    }

    /// Calls one of the sandbox's own controls, `/_sandbox/<path>`.
    package func control(_ method: String, _ path: String, _ body: String = "") async throws -> Run
    {
        try await Run.program(
            "curl",
            [
                "-sS", "--fail-with-body", "--noproxy", "*", "-X", method,
                "-H", "Content-Type: application/json", "--data-binary", body,
                "\(url)/_sandbox/\(path)",
            ])
    }

    /// Queries the store with the `sqlite3` shell; rows as lines, columns separated by `|`.
    package func sql(_ query: String) async throws -> String {
        let run = try await Run.program("sqlite3", ["-readonly", database, query])
        try #require(run.status == 0, "\(run.err)")
        return run.out.trimmingCharacters(in: .newlines)
    }
}
