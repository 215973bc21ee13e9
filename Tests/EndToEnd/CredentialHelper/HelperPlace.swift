import Foundation
import TestSupport
import Testing

/// A user of `docker-credential-enclavia`: the link on `PATH`, and a home directory, a Docker configuration and a
/// folder for temporary files of their own.
struct HelperPlace: Sendable {
    static let program = "docker-credential-enclavia"
    static let notFound = "credentials not found in native keychain\n"

    let sandbox: Sandbox
    let folder: Folder
    let environment: [String: String]
    private let inputs: Folder

    /// - Parameter configured: whether the Docker configuration has the entry that `enclavia auth docker` prints.
    init(_ sandbox: Sandbox, configured: Bool = false) async throws {
        let folder = try Folder()
        inputs = try Folder()
        for name in ["bin", "home", "docker", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/bin/\(Self.program)",
            withDestinationPath: Build.product("enclavia"))
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        environment = [
            "PATH": "\(folder.path)/bin:\(path)", "HOME": "\(folder.path)/home",
            "DOCKER_CONFIG": "\(folder.path)/docker", "TMPDIR": "\(folder.path)/tmp",
        ]
        self.folder = folder
        self.sandbox = sandbox
        if configured {
            let entry = try await sandbox.enclavia(["auth", "docker"], environment: environment)
            try #require(entry.status == 0, "\(entry.err)")
            try folder.write(entry.out, to: "docker/config.json")
        }
    }

    /// Runs the helper. Its input comes from a pipe, of which it need not read all.
    func run(
        _ arguments: [String], _ input: String = "", environment more: [String: String] = [:]
    ) async throws -> Run {
        let file = try inputs.write(input, to: "\(UUID().uuidString)")
        return try await Run.program(
            "bash", ["-c", "cat '\(file)' | \(Self.program) \"$@\"", "bash"] + arguments,
            environment: sandbox.environment.merging(environment) { $1 }.merging(more) { $1 })
    }

    /// Runs a line of shell, in which `R` is the registry.
    func shell(_ line: String, environment more: [String: String] = [:]) async throws -> Run {
        var variables = environment.merging(more) { $1 }
        variables["R"] = sandbox.registry
        return try await sandbox.shell(line, environment: variables, directory: folder.path)
    }

    /// The credentials in an answer to `get`.
    static func answer(_ run: Run) throws -> (server: String, user: String, secret: String) {
        #expect(run.status == 0, "\(run.out)")
        #expect(run.err == "")
        #expect(run.out.hasSuffix("}\n") && run.out.split(separator: "\n").count == 1)
        let answer = try #require(try run.json() as? [String: String])
        #expect(Set(answer.keys) == ["ServerURL", "Username", "Secret"])
        return (answer["ServerURL"] ?? "", answer["Username"] ?? "", answer["Secret"] ?? "")
    }
}
