import AsyncHTTPClient
import Foundation

/// The real distribution registry, behind the proxy, on a unix socket.
enum RegistryDaemon {
    /// The names Debian and upstream give the program.
    private static let programs = ["docker-registry", "registry"]

    static func start(
        in directory: SandboxDirectory, realm: String, certificate: String, client: HTTPClient,
        watchdog: Watchdog
    ) async throws -> Daemon {
        guard let program = programs.lazy.compactMap(Programs.find).first else {
            throw SandboxError.missingProgram("docker-registry", package: "docker-registry")
        }
        let socket = directory.registrySocket
        let files = try directory.makeDirectory("registry")
        let certificates = files + "/realm.pem"
        try directory.write(certificate, to: certificates)
        let configuration = files + "/config.yml"
        try directory.write(
            settings(
                socket: socket, storage: files + "/storage", realm: realm,
                certificates: certificates),
            to: configuration)
        let daemon = try await Daemon.launch(
            "the registry", program, ["serve", configuration],
            environment: ["PATH": Programs.path, "OTEL_TRACES_EXPORTER": "none"],
            log: files + "/registry.log", watchdog: watchdog)
        do {
            try await daemon.ready(within: .seconds(20)) {
                await UnixSocketClient(path: socket, client: client).status("/v2/") == 401
            }
        } catch {
            await daemon.stop()
            throw error
        }
        return daemon
    }

    private static func settings(
        socket: String, storage: String, realm: String, certificates: String
    ) -> String {
        """
        version: 0.1
        log:
          level: warn
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: "\(storage)"
          delete:
            enabled: true
          maintenance:
            uploadpurging:
              enabled: false
        http:
          net: unix
          addr: "\(socket)"
          relativeurls: true
          secret: "\(RandomToken.make())"
        auth:
          token:
            realm: "\(realm)"
            service: "\(LocalBackend.registryService)"
            issuer: "\(RealmSigner.issuer)"
            rootcertbundle: "\(certificates)"

        """
    }
}
