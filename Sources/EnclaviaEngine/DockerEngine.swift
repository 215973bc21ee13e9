import EnclaviaCore
import Glibc
import Synchronization

/// The engine behind the `docker` command, or behind podman's, which takes the same words.
///
/// What needs no credentials goes straight to the engine's socket where it has one: starting a client
/// takes longer than the answer. Everything else, and any engine elsewhere, goes through the client.
package struct DockerEngine: ImageEngine {
    let settings: EngineSettings
    private let sessions = OpenSessions()
    private let knownPodman = Latch()

    package init(_ settings: EngineSettings) {
        self.settings = settings
    }

    package func inspect(_ image: String) async throws(EngineError) -> EngineInspection {
        let program = try await program()
        let endpoint = try endpoint(of: program)
        if program.dialect == .docker, let path = endpoint.socketPath,
            let inspection = try await SocketEngine(path: path).inspect(image)
        {
            return inspection
        }
        let inspector = ClientInspector(
            program: program, environment: settings.childEnvironment, endpoint: endpoint.address)
        let (inspection, isPodman) = try await inspector.inspect(image)
        if isPodman { knownPodman.set() }
        return inspection
    }

    package func openSession(
        for registry: String, push: PushID? = nil
    ) async throws(EngineError) -> any EngineSession {
        let program = try await program()
        let configuration = try UserConfiguration(
            environment: settings.environment, home: settings.home)
        sweep()
        let directory = try PrivateDirectory.make(inOneOf: credentialDirectories())
        do throws(EngineError) {
            let session = try ClientSession(
                program: program, registry: registry, push: push, settings: settings,
                configuration: configuration, directory: directory)
            sessions.add(directory)
            return session
        } catch {
            directory.removeNow()
            throw error
        }
    }

    /// Removes the credentials of every open session at once, for a way out that cannot wait for
    /// ``EngineSession/close()``. May be called from any thread, and more than once; it is no
    /// async-signal-safe function (signal-safety(7)), so call it from a signal's dispatch source.
    package func removeSessionsNow() {
        sessions.removeNow()
    }

    /// Removes the credentials that killed processes left behind; every session begins with it.
    ///
    /// - Returns: how many pushes they were of.
    @discardableResult
    package func sweep() -> Int {
        credentialParents.map(PrivateDirectory.sweep).reduce(0, +)
    }

    /// All directories that a session's credentials may have gone to.
    var credentialParents: [String] {
        [settings.runtimeDirectory].compactMap { $0 } + [settings.stateDirectory]
    }

    /// The client. A script that speaks of podman, as the package `podman-docker` installs one under the
    /// name of `docker`, is asked what it is; what gave itself away as podman once is remembered.
    func program() async throws(EngineError) -> EngineProgram {
        let program = try EngineProgram(named: settings.program, path: settings.environment["PATH"])
        if !knownPodman.isSet, program.isScriptNamingPodman {
            let version = EngineCommand(
                program: program.path, arguments: ["--version"],
                environment: settings.childEnvironment)
            let outcome = try await version.collect()
            if outcome.output.starts(with: "podman".utf8) { knownPodman.set() }
        }
        return knownPodman.isSet ? program.speaking(.podman) : program
    }

    func endpoint(of program: EngineProgram) throws(EngineError) -> EngineEndpoint {
        switch program.dialect {
        case .docker: try .docker(environment: settings.environment, home: settings.home)
        case .podman: .podman(environment: settings.environment)
        }
    }

    /// Where a session's credentials may go: the runtime directory, which must be the user's own (XDG
    /// Base Directory specification 0.8), else the state directory.
    private func credentialDirectories() -> [String] {
        makeDirectories(settings.stateDirectory)
        var status = stat()
        guard let runtime = settings.runtimeDirectory, runtime.hasPrefix("/"),
            stat(runtime, &status) == 0, status.st_uid == geteuid()
        else { return [settings.stateDirectory] }
        return [runtime, settings.stateDirectory]
    }

    /// Makes a directory and those above it, for this user alone; one that cannot be made is missed by
    /// whoever uses it.
    private func makeDirectories(_ path: String) {
        guard mkdir(path, 0o700) != 0, errno == ENOENT,
            let slash = path.lastIndex(of: "/"), slash != path.startIndex
        else { return }
        makeDirectories(String(path[..<slash]))
        mkdir(path, 0o700)
    }
}

/// The private directories that are in use.
private final class OpenSessions: Sendable {
    private let directories = Mutex<[PrivateDirectory]>([])

    func add(_ directory: PrivateDirectory) {
        directories.withLock { $0.append(directory) }
    }

    func removeNow() {
        for directory in directories.withLock({ $0 }) { directory.removeNow() }
    }
}

/// Something that is found out once.
private final class Latch: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() {
        state.withLock { $0 = true }
    }
}
