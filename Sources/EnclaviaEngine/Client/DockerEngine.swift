import EnclaviaCore
import Glibc
import Synchronization

/// The engine behind the `docker` command, or behind podman or nerdctl, which have the same commands.
///
/// Requests without credentials go directly to the engine's Unix socket where it has one: starting a client
/// takes longer than the request. All others, and those to engines without a socket, go through the client.
package struct DockerEngine: ImageEngine {
    private(set) var settings: EngineSettings
    private let sessions = OpenSessions()
    private let known = KnownDialect()
    private let hasReportedConfiguration = OnceFlag()
    private let onOrphanedCredentials: @Sendable (_ path: String) -> Void
    private let onConfigurationFault: @Sendable (EngineConfigurationFault) -> Void

    /// - Parameters:
    ///   - onOrphanedCredentials: called, on any thread, with the path of each directory with credentials that
    ///     could not be removed.
    ///   - onConfigurationFault: called, once, with the reason why the user's own configuration of the client
    ///     is not used, or not all of it.
    package init(
        _ settings: EngineSettings,
        onOrphanedCredentials: @escaping @Sendable (_ path: String) -> Void = { _ in },
        onConfigurationFault: @escaping @Sendable (EngineConfigurationFault) -> Void = { _ in }
    ) {
        self.settings = settings
        self.onConfigurationFault = onConfigurationFault
        self.onOrphanedCredentials = onOrphanedCredentials
    }

    /// The same engine and sessions, with ``EngineSettings/drawsProgress`` set to `draws`.
    package func drawingProgress(_ draws: Bool) -> DockerEngine {
        var engine = self
        engine.settings.drawsProgress = draws
        return engine
    }

    package func inspect(_ image: String) async throws(EngineError) -> EngineInspection {
        let program = try await program()
        let endpoint = endpoint(of: program) { configuration(for: program) }
        if program.dialect == .docker, let path = endpoint.socketPath,
            let inspection = try await SocketEngine(path: path).inspect(image)
        {
            return inspection
        }
        let inspector = ClientInspector(
            program: program, environment: settings.childEnvironment, endpoint: endpoint.address)
        let (inspection, isPodman) = try await inspector.inspect(image)
        if isPodman { known.set(.podman) }
        return inspection
    }

    package func openSession(
        for registry: String, push: PushID? = nil
    ) async throws(EngineError) -> any EngineSession {
        let program = try await program()
        let configuration = configuration(for: program)
        sweep()
        let directory = try PrivateDirectory.make(inOneOf: try credentialDirectories())
        do throws(EngineError) {
            let session = try ClientSession(
                program: program, registry: registry, push: push, settings: settings,
                configuration: configuration, directory: directory,
                onOrphanedCredentials: onOrphanedCredentials)
            sessions.add(directory)
            return session
        } catch {
            // No password has been written yet.
            directory.removeNow()
            throw error
        }
    }

    /// Removes the credentials of every open session at once, for an exit that cannot wait for
    /// ``EngineSession/close()``. May be called from any thread, and more than once. It is not
    /// async-signal-safe (signal-safety(7)), so call it from a signal's dispatch source.
    package func removeSessionsNow() {
        sessions.removeNow(onFailure: onOrphanedCredentials)
    }

    /// Removes orphaned credentials, which killed processes left behind. Every session starts with a sweep.
    ///
    /// - Returns: the number of pushes whose credentials were removed.
    @discardableResult
    package func sweep() -> Int {
        credentialParents.map { PrivateDirectory.sweep($0, onFailure: onOrphanedCredentials) }
            .reduce(0, +)
    }

    /// All directories in which a session may have stored credentials.
    var credentialParents: [String] {
        [settings.runtimeDirectory].compactMap { $0 } + [settings.stateDirectory]
    }

    /// The client. A script that mentions another client, such as the one that the package `podman-docker`
    /// installs as `docker`, is run with `--version` to find its dialect, which is then remembered.
    func program() async throws(EngineError) -> EngineProgram {
        let program = try EngineProgram(named: settings.program, path: settings.environment["PATH"])
        if known.value == nil, program.isScriptNamingAnother {
            let version = EngineCommand(
                program: program.path, arguments: ["--version"],
                environment: settings.childEnvironment)
            let lines = String(decoding: try await version.collect().output, as: UTF8.self)
                .split(whereSeparator: \.isNewline)
            for dialect in [EngineProgram.Dialect.podman, .nerdctl]
            where lines.contains(where: { $0.hasPrefix("\(dialect) version ") }) {
                known.set(dialect)
            }
        }
        return known.value.map(program.speaking) ?? program
    }

    /// The user's own configuration of the client. Reports a fault in it once, and only for Docker's client.
    private func configuration(for program: EngineProgram) -> UserConfiguration {
        let configuration = UserConfiguration(
            environment: settings.environment, home: settings.home)
        if let fault = configuration.fault, program.dialect == .docker,
            hasReportedConfiguration.set()
        {
            onConfigurationFault(fault)
        }
        return configuration
    }

    /// Where the client's engine is.
    ///
    /// - Parameters:
    ///   - program: the client; `nil`, which is treated as Docker's, where there is none.
    ///   - configuration: the user's; called only where it decides.
    func endpoint(
        of program: EngineProgram?, configuration: () -> UserConfiguration
    ) -> EngineEndpoint {
        switch program?.dialect {
        case .docker, nil:
            .docker(environment: settings.environment, configuration: configuration)
        case .podman: .podman(environment: settings.environment)
        case .nerdctl: .containerd(environment: settings.environment)
        }
    }

    /// The directories for a session's credentials: the runtime directory, which must be the user's own (XDG
    /// Base Directory specification 0.8), else the state directory.
    ///
    /// - Throws: where the runtime directory cannot be used: ``EngineError/configuration(path:reason:)`` if the
    ///   state directory is not safe, ``EngineError/noPrivateDirectory(path:reason:)`` if it cannot be created.
    private func credentialDirectories() throws(EngineError) -> [String] {
        var parents: [String] = []
        if let runtime = settings.runtimeDirectory, runtime.hasPrefix("/"),
            let parent = CredentialParent(runtime), parent.advice(unlessOf: .thisUser) == nil
        {
            parents.append(runtime)
        }
        let state = settings.stateDirectory
        let obstacle = CredentialParent.make(state)
        if let parent = CredentialParent(state) {
            guard let advice = parent.advice(unlessOf: .thisUserOrRoot) else {
                return parents + [state]
            }
            if parents.isEmpty { throw .configuration(path: state, reason: advice) }
        } else if parents.isEmpty, let obstacle {
            throw .noPrivateDirectory(path: obstacle.path.native, reason: obstacle.message)
        }
        return parents
    }
}

/// The private directories that are in use.
private final class OpenSessions: Sendable {
    private let directories = Mutex<[PrivateDirectory]>([])

    func add(_ directory: PrivateDirectory) {
        directories.withLock { $0.append(directory) }
    }

    func removeNow(onFailure: (_ path: String) -> Void) {
        for directory in directories.withLock({ $0 }) where !directory.removeNow() {
            onFailure(directory.path)
        }
    }
}

/// A flag that is set once.
private final class OnceFlag: Sendable {
    private let state = Mutex(false)

    /// - Returns: whether it was not set before.
    func set() -> Bool {
        state.withLock { isSet in
            defer { isSet = true }
            return !isSet
        }
    }
}
