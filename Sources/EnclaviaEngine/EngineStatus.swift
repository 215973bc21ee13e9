import EnclaviaCore
import Glibc

/// The state of the engine and its client on this machine, for a person who wonders.
package struct EngineStatus: Hashable, Sendable {
    /// The program as configured.
    package let program: String
    /// Where it was found; `nil` where it was not.
    package let path: String?
    /// Whether its command line is podman's, under whatever name.
    package let isPodman: Bool
    /// Where the engine is looked for.
    package let endpoint: String
    /// The engine that answered; `nil` where none did.
    package let engine: EngineVersion?
    /// Why none did, in the words of the attempt.
    package let unreachable: String?
    /// The credential helper that the user's own configuration names. Pushes never use it.
    package let credentialHelper: CredentialHelper?
    /// Why the user's own configuration cannot be used; `nil` where it can, or there is none.
    package let configurationFault: String?

    /// A program that keeps credentials for the Docker client.
    package struct CredentialHelper: Hashable, Sendable {
        /// `docker-credential-…`.
        package let program: String
        /// Where it was found; `nil` where it was not, so that the user's own `docker login` fails.
        package let path: String?
    }
}

extension DockerEngine {
    /// Looks, and changes nothing.
    package func status() async -> EngineStatus {
        let searchPath = settings.environment["PATH"]
        let program = try? EngineProgram(named: settings.program, path: searchPath)
        let configuration = Result { () throws(EngineError) in
            try UserConfiguration(environment: settings.environment, home: settings.home)
        }
        var fault: String?
        if case .failure(.configuration(let path, let reason)) = configuration {
            fault = "\(path): \(reason)"
        }
        let endpoint = endpoint(of: program, try? configuration.get())
        let (engine, unreachable) = await reach(program, endpoint)
        return EngineStatus(
            program: settings.program, path: program?.path,
            isPodman: program?.dialect == .podman || engine?.name == "podman",
            endpoint: endpoint.address, engine: engine, unreachable: unreachable,
            credentialHelper: (try? configuration.get()).flatMap(credentialHelper),
            configurationFault: fault)
    }

    private func endpoint(
        of program: EngineProgram?, _ configuration: UserConfiguration?
    ) -> EngineEndpoint {
        if program?.dialect == .podman {
            return .podman(environment: settings.environment)
        }
        return configuration.map {
            EngineEndpoint.docker(environment: settings.environment, configuration: $0)
        } ?? .standard
    }

    private func reach(
        _ program: EngineProgram?, _ endpoint: EngineEndpoint
    ) async -> (EngineVersion?, unreachable: String?) {
        guard let program else { return (nil, "\(settings.program) is not on PATH") }
        if program.dialect == .docker, let path = endpoint.socketPath {
            switch await SocketInspector(path: path).version() {
            case .success(let engine): return (engine, nil)
            case .failure(.unavailable(_, let reason)): return (nil, reason)
            case .failure(let error): return (nil, "\(error)")
            }
        }
        let inspector = ClientInspector(
            program: program, environment: settings.childEnvironment, endpoint: endpoint.address)
        do throws(EngineError) {
            let (engine, reason) = try await inspector.version()
            return (engine, engine == nil ? reason : nil)
        } catch {
            return (nil, "\(error)")
        }
    }

    private func credentialHelper(
        _ configuration: UserConfiguration
    ) -> EngineStatus.CredentialHelper? {
        guard let store = configuration.settings["credsStore"]?.text, !store.isEmpty else {
            return nil
        }
        let program = "docker-credential-\(store)"
        return EngineStatus.CredentialHelper(
            program: program,
            path: EngineProgram.find(program, in: settings.environment["PATH"]))
    }
}
