import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The commands that one push runs with the engine's client, in a private configuration.
struct ClientSession: EngineSession {
    let program: EngineProgram
    let registry: String
    let directory: PrivateDirectory
    let signs: Bool
    let environment: [String: String]
    private let drawsProgress: Bool
    private let secrets: SecretScrubber
    /// Where a client that `DOCKER_CONFIG` does not reach may store credentials.
    let userDirectories: [String]
    private let onOrphanedCredentials: @Sendable (_ path: String) -> Void
    /// The engine itself, where it can be reached directly.
    private let engine: SocketEngine?

    /// Writes the private configuration to `directory`, before any login.
    init(
        program: EngineProgram, registry: String, push: PushID?, settings: EngineSettings,
        configuration: UserConfiguration, directory: PrivateDirectory,
        onOrphanedCredentials: @escaping @Sendable (_ path: String) -> Void
    ) throws(EngineError) {
        self.onOrphanedCredentials = onOrphanedCredentials
        self.program = program
        self.registry = registry
        secrets = settings.secrets
        // A script may run the client through sudo, which writes to the user's own terminal if its output is
        // a terminal (sudoers(5), use_pty).
        drawsProgress =
            settings.drawsProgress && program.dialect == .docker && program.isBinary
        self.directory = directory
        engine = Self.engine(program, settings, configuration)
        userDirectories = StoredLogin.userDirectories(
            configuration.directory, home: settings.home)
        signs = program.dialect == .docker && ContentTrust.isAsked(settings.environment)
        var environment = settings.childEnvironment
        environment[ClientProcesses.variable] = push?.text
        switch program.dialect {
        case .docker, .nerdctl:
            try directory.write(
                Self.json(configuration.privateConfiguration(for: registry)), to: "config.json")
            if let own = configuration.directory {
                for name in ["contexts", "cli-plugins"] {
                    try directory.link(name, to: "\(own)/\(name)")
                }
            }
            if signs { try ContentTrust.link(into: directory, from: configuration.directory) }
            ClientTLS.setCertificates(in: &environment, from: configuration.directory)
            environment["DOCKER_CONFIG"] = directory.path
        case .podman:
            try directory.write(
                Self.json(["auths": .object([:])]), to: Self.podmanCredentials)
            environment["REGISTRY_AUTH_FILE"] = "\(directory.path)/\(Self.podmanCredentials)"
        }
        self.environment = environment
    }

    func tag(_ image: String, as reference: ImageReference) async throws(EngineError) {
        if let engine, await engine.tag(image, as: reference) { return }
        let tag = command(["tag", "--", image, reference.description])
        let outcome = try await tag.collect()
        guard outcome.isSuccess else {
            if ClientInspector.saysMissing(outcome.errorOutput) {
                throw .imageNotFound(image: image, nearest: [])
            }
            throw .failed(command: tag.summary, status: outcome.status, output: outcome.tail)
        }
    }

    func push(
        _ image: String, as reference: ImageReference,
        output: @escaping @Sendable (EngineOutput) -> Void
    ) async throws(EngineError) -> Digest? {
        let digestFile = "\(directory.path)/digest"
        let words =
            switch program.dialect {
            case .docker, .nerdctl: ["--", reference.description]
            case .podman: ["--digestfile", digestFile, "--", image, reference.description]
            }
        let push = command(["push"] + podmanOptions + words)
        let reading = PushReading(tag: reference.tag)
        let status = try await push.stream(onTerminal: drawsProgress) { line in
            for piece in reading.read(line) { output(piece) }
        }
        let (digest, tail) = reading.result
        guard status == 0 else {
            if let digest {
                throw .failedAfterPush(
                    reference: reference.description, digest: digest, output: tail)
            }
            if PushRefusal.isPermanent(tail, of: reference) {
                throw .rejected(reference: reference.description, output: tail)
            }
            if PushRefusal.isDenial(tail, of: reference) {
                throw .denied(reference: reference.description, output: tail)
            }
            if PushRefusal.isTransient(tail, of: reference) {
                throw .busy(
                    name: reference.description, output: tail,
                    retryAfter: PushRefusal.retryAfter(tail))
            }
            throw .failed(command: push.summary, status: status, output: tail)
        }
        // Docker does not write this file. Without a digest, the registry is queried.
        let filed = try? BoundedFile(FilePath(native: digestFile), limit: 256).text
        return filed.flatMap { Digest($0.prefix { !$0.isWhitespace }) } ?? digest
    }

    func close() async {
        if !directory.removeNow() { onOrphanedCredentials(directory.path) }
    }

    private static func engine(
        _ program: EngineProgram, _ settings: EngineSettings, _ configuration: UserConfiguration
    ) -> SocketEngine? {
        guard program.dialect == .docker else { return nil }
        let endpoint = EngineEndpoint.docker(environment: settings.environment) { configuration }
        return endpoint.socketPath.map(SocketEngine.init)
    }

    private static let podmanCredentials = "auth.json"

    /// Docker uses plain HTTP for a registry on loopback by default; podman needs an option.
    var podmanOptions: [String] {
        guard program.dialect == .podman else { return [] }
        return Loopback.contains(registry: registry) ? ["--tls-verify=false"] : []
    }

    func command(_ arguments: [String]) -> EngineCommand {
        EngineCommand(
            program: program.path, arguments: arguments, environment: environment,
            secrets: secrets)
    }

    private static func json(_ members: [String: JSONValue]) throws(EngineError) -> String {
        do {
            return try JSONText.encode(JSONValue.object(members))
        } catch {
            throw .configuration(path: "config.json", reason: "\(error)")
        }
    }
}
