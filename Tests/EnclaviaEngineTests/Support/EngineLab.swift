import EnclaviaCore
import EnclaviaEngine
import EnclaviaSandbox
import Foundation
import TestSupport
import Testing

/// A real engine and a real registry, started once for all tests. Both end with the process.
struct EngineLab: Sendable {
    /// `unix://…`
    let host: String
    /// `127.0.0.1:port`
    let registry: String
    /// The password that the registry's token service accepts for alice.
    let password: Secret

    static let handle = "alice"

    static var shared: EngineLab {
        get async throws { try await starting.value }
    }

    private static let starting = Task { () async throws -> EngineLab in
        let (labs, continuation) = AsyncThrowingStream.makeStream(of: EngineLab.self)
        Task.detached {
            var settings = SandboxSettings()
            settings.engine = .privateOnly
            settings.credentials = .token
            do {
                try await EnclaviaSandbox.Sandbox.with(settings, report: Report(quiet: true)) {
                    sandbox in
                    continuation.yield(try EngineLab(sandbox))
                    while true { try await Task.sleep(for: .seconds(3600)) }
                }
            } catch {
                continuation.finish(throwing: error)
            }
        }
        for try await lab in labs { return lab }
        throw CancellationError()
    }

    private init(_ sandbox: EnclaviaSandbox.Sandbox) throws {
        struct Credentials: Decodable { let token: String }
        let file = "\(sandbox.root)/config/enclavia/credentials.json"
        let credentials = try JSONDecoder().decode(
            Credentials.self, from: Data(contentsOf: URL(filePath: file)))
        host = try #require(sandbox.environment["DOCKER_HOST"] ?? nil)
        registry = sandbox.registry
        password = Secret(credentials.token)
    }

    /// The clients that are installed here: a new one and an old one.
    static let clients: [String] = ["/usr/local/bin/docker", "/usr/bin/docker"]
        .filter(FileManager.default.isExecutableFile)

    /// A part of image names: the tests of two clients run at once, and must not build the same image.
    static func age(_ client: String) -> String {
        client == clients.first ? "new" : "old"
    }

    /// The path of the engine's socket.
    var socketPath: String { String(host.dropFirst("unix://".count)) }

    /// Builds a small image with unique content.
    func makeImage(_ name: String, labels: [String: String] = [:]) async throws {
        let changes = labels.map { "--change 'LABEL \($0)=\($1)'" }.joined(separator: " ")
        try await Shell.run(
            """
            directory=$(mktemp -d) && head -c 5000 /dev/urandom > "$directory/content"
            tar -C "$directory" -c content | docker import \(changes) - \(name)
            rm -r "$directory"
            """, environment: ["DOCKER_HOST": host])
    }

    func reference(_ repository: String, _ tag: String = "v1") -> ImageReference {
        ImageReference(registry: registry, owner: Self.handle, repository: repository, tag: tag)
    }
}

/// A user's machine: a home, and the directories in which a push may store its credentials.
struct Machine: Sendable {
    let files: TemporaryDirectory
    var program: String
    var environment: [String: String]
    /// Whether a client writes to a terminal while it pushes.
    var drawsProgress = false

    init(_ lab: EngineLab, program: String = "docker") throws {
        files = try TemporaryDirectory()
        self.program = program
        for name in ["home/.docker", "runtime", "state", "bin"] { try files.makeDirectory(name) }
        environment = Shell.plainEnvironment
        environment["HOME"] = files.path("home")
        environment["DOCKER_HOST"] = lab.host
        environment["PATH"] = "\(files.path("bin")):/usr/local/bin:/usr/bin:/bin"
    }

    var engine: DockerEngine {
        DockerEngine(
            EngineSettings(
                program: program, environment: environment, home: files.path("home"),
                runtimeDirectory: files.path("runtime"), stateDirectory: files.path("state"),
                drawsProgress: drawsProgress))
    }

    /// The private directories that exist.
    var orphanedCredentials: [String] {
        get throws {
            try ["runtime", "state"].flatMap { parent in
                try FileManager.default.contentsOfDirectory(atPath: files.path(parent))
                    .map { files.path("\(parent)/\($0)") }
            }
        }
    }
}
