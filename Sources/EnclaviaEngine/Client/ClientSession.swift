import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// One push's conversation with the engine's client, in a configuration of its own.
struct ClientSession: EngineSession {
    let program: EngineProgram
    let registry: String
    let directory: PrivateDirectory
    let signs: Bool
    let environment: [String: String]
    private let drawsProgress: Bool
    private let secrets: SecretScrubber
    /// Where a client that is not given `DOCKER_CONFIG` may put credentials.
    let userDirectories: [String]
    private let onOrphanedCredentials: @Sendable (_ path: String) -> Void
    /// The engine itself, where it can be reached directly.
    private let engine: SocketEngine?

    /// Fills `directory` with the configuration; it is there before the client is asked to log in.
    init(
        program: EngineProgram, registry: String, push: PushID?, settings: EngineSettings,
        configuration: UserConfiguration, directory: PrivateDirectory,
        onOrphanedCredentials: @escaping @Sendable (_ path: String) -> Void
    ) throws(EngineError) {
        self.onOrphanedCredentials = onOrphanedCredentials
        self.program = program
        self.registry = registry
        secrets = settings.secrets
        // A script may run the client by sudo, which prints to the user's own terminal where it is given one
        // (sudoers(5), use_pty).
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
            if PushRefusal.isPassing(tail, of: reference) {
                throw .busy(
                    name: reference.description, output: tail,
                    retryAfter: PushRefusal.retryAfter(tail))
            }
            throw .failed(command: push.summary, status: status, output: tail)
        }
        // Docker writes no such file. Of what cannot be read the registry is asked, as of no digest.
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

    /// Docker speaks plain HTTP to a registry on loopback by itself; podman has to be told.
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
