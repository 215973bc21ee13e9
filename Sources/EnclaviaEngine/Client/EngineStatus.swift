import EnclaviaCore
import EnclaviaSystem

extension DockerEngine: EngineProbe {
    package func status() async -> EngineStatus {
        // The status reports a missing program, too.
        let program = try? await program()
        let configuration = UserConfiguration(
            environment: settings.environment, home: settings.home)
        let endpoint = endpoint(of: program) { configuration }
        let (engine, unreachable) = await reach(program, endpoint)
        return EngineStatus(
            program: settings.program, path: program?.path,
            isPodman: program?.dialect == .podman || engine?.name == "podman",
            endpoint: endpoint.address, engine: engine, unreachable: unreachable,
            credentialHelper: credentialHelper(configuration),
            configurationFault: configuration.fault)
    }

    package func orphanedCredentials() -> [String] {
        credentialParents.flatMap(PrivateDirectory.orphanedCredentials)
    }

    private func reach(
        _ program: EngineProgram?, _ endpoint: EngineEndpoint
    ) async -> (EngineVersion?, unreachable: String?) {
        guard let program else { return (nil, "\(settings.program) is not on PATH") }
        if program.dialect == .docker, let path = endpoint.socketPath {
            switch await SocketEngine(path: path).version() {
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
        guard let store = configuration.settings.credentialStore else { return nil }
        let program = "docker-credential-\(store)"
        return EngineStatus.CredentialHelper(
            program: program,
            path: ProgramSearch.find(program, in: settings.environment["PATH"]))
    }
}

extension DockerEngine {
    package func diagnosis(of status: EngineStatus) async -> EngineDiagnosis? {
        let program: EngineProgram
        do throws(EngineError) {
            program = try await self.program()
            // An engine that responds on its socket does not prove that the client works, which pushes need.
            let version = EngineCommand(
                program: program.path, arguments: ["--version"],
                environment: settings.childEnvironment)
            _ = try await version.collect()
        } catch .unusableProgram(let path, let fault) {
            return .program(path: path, fault)
        } catch {
            return nil
        }
        guard status.engine == nil else { return nil }
        // The client has the better error message, and may reach engines that this program cannot, such as
        // through sudo in a script.
        let inspector = ClientInspector(
            program: program, environment: settings.childEnvironment, endpoint: status.endpoint)
        do throws(EngineError) {
            return .reached(try await inspector.versionResponse().engine)
        } catch .problem(let problem, let reason) {
            return .problem(problem, reason: reason)
        } catch {
            return nil
        }
    }
}
