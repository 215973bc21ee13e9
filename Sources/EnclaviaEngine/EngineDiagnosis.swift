import EnclaviaCore

extension DockerEngine {
    package func diagnosis(of status: EngineStatus) async -> EngineDiagnosis? {
        let program: EngineProgram
        do throws(EngineError) {
            program = try await self.program()
            // An engine that answers by its socket tells nothing of the client, which pushes need, too.
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
        // The client has the words, and reaches what this program cannot, as sudo in a script does.
        let inspector = ClientInspector(
            program: program, environment: settings.childEnvironment, endpoint: status.endpoint)
        do throws(EngineError) {
            return .reached(try await inspector.versionAnswer().engine)
        } catch .trouble(let trouble, let reason) {
            return .trouble(trouble, reason: reason)
        } catch {
            return nil
        }
    }
}
