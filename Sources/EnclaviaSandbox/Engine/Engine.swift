import AsyncHTTPClient
import EnclaviaCore
import Foundation

/// The container engine that a sandbox uses.
struct Engine: Sendable {
    /// The variables that select this engine for a command inside, such as DOCKER_HOST.
    let variables: [String: String]
    /// A private engine's daemon; nil when the engine is the machine's own, and for podman.
    let daemon: Daemon?
    /// A docker engine's API; nil for podman.
    let socket: UnixSocketClient?

    /// The engine for messages: an address, or a program.
    var description: String {
        variables["DOCKER_HOST"] ?? variables["ENCLAVIA_ENGINE"] ?? "none"
    }

    /// The engine that responds at DOCKER_HOST or the default socket; nil without one.
    static func existing(client: HTTPClient) async -> Engine? {
        let host = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? ""
        let address = host.isEmpty ? "unix:///var/run/docker.sock" : host
        // An engine on another machine cannot reach a registry on this machine's loopback.
        guard address.hasPrefix("unix://") else { return nil }
        let socket = UnixSocketClient(
            path: String(address.dropFirst("unix://".count)), client: client)
        guard FileManager.default.fileExists(atPath: socket.path),
            await socket.status("/_ping") == 200
        else { return nil }
        return Engine(variables: ["DOCKER_HOST": address], daemon: nil, socket: socket)
    }

    /// Starts an engine with everything under the sandbox's directory: docker, or podman where
    /// that is the only one installed or ENCLAVIA_ENGINE names it. It has no network and needs
    /// none: images come from the sandbox, and the registry is on loopback.
    static func start(
        in directory: SandboxDirectory, client: HTTPClient, watchdog: Watchdog
    ) async throws -> Engine {
        let wanted = ProcessInfo.processInfo.environment["ENCLAVIA_ENGINE"] ?? ""
        let isPodmanWanted = URL(filePath: wanted).lastPathComponent == "podman"
        if isPodmanWanted || Programs.find("dockerd") == nil, Programs.find("podman") != nil {
            return try podman(in: directory)
        }
        guard !isPodmanWanted else {
            throw SandboxError.missingProgram("podman", package: "podman")
        }
        return try await startDocker(in: directory, client: client, watchdog: watchdog)
    }

    /// Podman needs no daemon and no root, only a private storage directory.
    private static func podman(in directory: SandboxDirectory) throws -> Engine {
        let files = try directory.makeDirectory("engine")
        let settings = files + "/storage.conf"
        try directory.write(
            """
            [storage]
            driver = "vfs"
            graphroot = "\(files)/graph"
            runroot = "\(files)/run"

            [storage.options.vfs]
            ignore_chown_errors = "true"

            """, to: settings)
        return Engine(
            variables: ["ENCLAVIA_ENGINE": "podman", "CONTAINERS_STORAGE_CONF": settings],
            daemon: nil, socket: nil)
    }

    private static func startDocker(
        in directory: SandboxDirectory, client: HTTPClient, watchdog: Watchdog
    ) async throws -> Engine {
        guard geteuid() == 0 else { throw SandboxError.engineNeedsRoot }
        guard Programs.find("dockerd") != nil else {
            throw SandboxError.missingProgram("dockerd", package: "docker.io")
        }
        let files = try directory.makeDirectory("engine")
        let settings = files + "/daemon.json"
        try directory.write("{}\n", to: settings)
        let socket = UnixSocketClient(path: directory.engineSocket, client: client)
        let host = "unix://" + socket.path
        let daemon = try await Daemon.launch(
            "dockerd", "/usr/bin/unshare",
            [
                "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
                "--mount-proc", "/bin/sh", "-c", namespaceScript, "dockerd",
                "--config-file=\(settings)", "--host=\(host)", "--log-level=warn",
                "--storage-driver=vfs", "--iptables=false", "--ip6tables=false", "--bridge=none",
                "--data-root=\(files)/data", "--exec-root=\(directory.path)/run",
                "--pidfile=\(files)/dockerd.pid",
            ],
            environment: environment, log: files + "/dockerd.log",
            watchdog: watchdog)
        do {
            try await daemon.ready(within: .seconds(60)) { await socket.status("/_ping") == 200 }
        } catch {
            await daemon.stop()
            throw error
        }
        return Engine(variables: ["DOCKER_HOST": host], daemon: daemon, socket: socket)
    }

    /// Ends a private engine. Without containers nothing is lost by killing it, which saves the
    /// second that an orderly shutdown takes.
    func stop() async {
        guard let daemon, let socket else { return }
        let containers = await socket.json("/containers/json")?.elements ?? []
        await daemon.stop(grace: containers.isEmpty ? .zero : .seconds(15))
    }

    /// Removes the images with a tag of `registry` (`host:port`) from an engine that is not private.
    func forget(registry: String) async {
        guard daemon == nil, let socket else { return }
        for image in await socket.json("/images/json")?.elements ?? [] {
            let tags = image[key: "RepoTags"]?.elements?.compactMap(\.text) ?? []
            for tag in tags where tag.hasPrefix(registry + "/") {
                let status = await socket.status(
                    "/images/\(tag)?noprune=true", method: "DELETE", timeout: .seconds(10))
                // The engine has stopped meanwhile.
                if status == nil { return }
            }
        }
    }

    /// Starts the engine in separate namespaces, which end with it: its mounts are removed, and all
    /// processes that it started are killed, including containers. It cannot see the machine's
    /// settings and containerd.
    private static let namespaceScript = """
        for directory in /etc/docker /run/containerd; do
            if [ -d "$directory" ]; then mount -t tmpfs -o size=1m sandbox "$directory"; fi
        done
        exec dockerd "$@"
        """

    private static var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("DOCKER_") && !$0.key.hasPrefix("ENCLAVIA_")
        }
        environment["PATH"] = Programs.path
        return environment
    }
}
