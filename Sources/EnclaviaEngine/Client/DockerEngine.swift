import EnclaviaCore
import Glibc
import Synchronization

/// The engine behind the `docker` command, or behind podman's, which takes the same words.
///
/// What needs no credentials goes straight to the engine's socket where it has one: starting a client
/// takes longer than the answer. Everything else, and any engine elsewhere, goes through the client.
package struct DockerEngine: ImageEngine {
    private(set) var settings: EngineSettings
    private let sessions = OpenSessions()
    private let known = KnownDialect()
    private let toldOfConfiguration = OnceFlag()
    private let onOrphanedCredentials: @Sendable (_ path: String) -> Void
    private let onConfigurationFault: @Sendable (EngineConfigurationFault) -> Void

    /// - Parameters:
    ///   - onLeftover: told of each directory with credentials that could not be removed; from any thread.
    ///   - onConfigurationFault: told, once, why the user's own configuration of the client is not used, or
    ///     not all of it.
    package init(
        _ settings: EngineSettings,
        onOrphanedCredentials: @escaping @Sendable (_ path: String) -> Void = { _ in },
        onConfigurationFault: @escaping @Sendable (EngineConfigurationFault) -> Void = { _ in }
    ) {
        self.settings = settings
        self.onConfigurationFault = onConfigurationFault
        self.onOrphanedCredentials = onOrphanedCredentials
    }

    /// The same engine and sessions, with ``EngineSettings/drawsProgress`` as `draws` says.
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

    /// Removes the credentials of every open session at once, for a way out that cannot wait for
    /// ``EngineSession/close()``. May be called from any thread, and more than once; it is no
    /// async-signal-safe function (signal-safety(7)), so call it from a signal's dispatch source.
    package func removeSessionsNow() {
        sessions.removeNow(onFailure: onOrphanedCredentials)
    }

    /// Removes the credentials that killed processes left behind; every session begins with it.
    ///
    /// - Returns: how many pushes they were of.
    @discardableResult
    package func sweep() -> Int {
        credentialParents.map { PrivateDirectory.sweep($0, onFailure: onOrphanedCredentials) }
            .reduce(0, +)
    }

    /// All directories that a session's credentials may have gone to.
    var credentialParents: [String] {
        [settings.runtimeDirectory].compactMap { $0 } + [settings.stateDirectory]
    }

    /// The client. A script that speaks of another client, as the package `podman-docker` installs one under
    /// the name of `docker`, is asked what it is; what gave itself away once is remembered.
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

    /// The user's own configuration of the client. What is wrong with it is told once; podman does not read
    /// it.
    private func configuration(for program: EngineProgram) -> UserConfiguration {
        let configuration = UserConfiguration(
            environment: settings.environment, home: settings.home)
        if let fault = configuration.fault, program.dialect == .docker, toldOfConfiguration.set() {
            onConfigurationFault(fault)
        }
        return configuration
    }

    /// Where the client's engine is.
    ///
    /// - Parameters:
    ///   - program: the client; `nil`, which counts as Docker's, where there is none.
    ///   - configuration: the user's, asked for only where it decides.
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

    /// Where a session's credentials may go: the runtime directory, which must be the user's own (XDG
    /// Base Directory specification 0.8), else the state directory.
    ///
    /// - Throws: ``EngineError/configuration(path:reason:)`` where other users can write to the state
    ///   directory, and the runtime directory is no better.
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

/// Something that happens once.
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
