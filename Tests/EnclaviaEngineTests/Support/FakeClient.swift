import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport

/// A client that is a script, for behaviour that no real client shows on demand.
struct FakeClient: Sendable {
    let files: TemporaryDirectory
    let engine: DockerEngine

    /// - Parameters:
    ///   - script: what the client does; its first argument is the command.
    ///   - name: the name of its file.
    ///   - drawsProgress: whether it writes to a terminal while it pushes, if it is binary.
    ///   - isBinary: whether the client's file is machine code: bash, which runs `script` before anything else.
    ///   - secrets: removed from its output.
    init(
        _ script: String, name: String = "docker", environment: [String: String] = [:],
        drawsProgress: Bool = false, isBinary: Bool = false,
        secrets: SecretScrubber = SecretScrubber()
    ) throws {
        files = try TemporaryDirectory()
        for name in ["bin", "home", "runtime", "state"] { try files.makeDirectory(name) }
        var variables = Shell.plainEnvironment.merging(environment) { $1 }
        if isBinary {
            // Bash uses the first word as the name of the script, $0.
            try files.write("set -- \"$0\" \"$@\"\n\(script)\nexit", to: "script")
            variables["BASH_ENV"] = files.path("script")
            try FileManager.default.createSymbolicLink(
                atPath: files.path("bin/\(name)"), withDestinationPath: "/bin/bash")
        } else {
            try files.write("#!/bin/sh\n" + script, to: "bin/\(name)", isProgram: true)
        }
        variables["PATH"] = "\(files.path("bin")):/usr/bin:/bin"
        variables["FILES"] = files.root
        engine = DockerEngine(
            EngineSettings(
                program: name, environment: variables, home: files.path("home"),
                runtimeDirectory: files.path("runtime"), stateDirectory: files.path("state"),
                drawsProgress: drawsProgress, secrets: secrets))
    }

    static let reference = ImageReference(
        registry: "registry.example", owner: "alice", repository: "denied", tag: "v1")

    /// Pushes with it and closes the session.
    ///
    /// - Parameter other: the engine that pushes; `nil` for the client's own.
    func push(
        on other: DockerEngine? = nil, output: @escaping @Sendable (EngineOutput) -> Void = { _ in }
    ) async throws -> Digest? {
        let session = try await (other ?? engine).openSession(for: Self.reference.registry)
        let result = await Result.catching {
            try await session.push("image", as: Self.reference, output: output)
        }
        await session.close()
        return try result.get()
    }
}

extension Result where Failure == any Error {
    static func catching(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
