import AsyncHTTPClient
import Foundation

/// The sandbox's servers: proxy, backend and the registry itself.
struct Services: Sendable {
    let backendURL: String
    /// `host:port`
    let registry: String
    let tokens: TokenStore

    static func start(
        _ settings: SandboxSettings, _ directory: SandboxDirectory, _ client: HTTPClient,
        _ watchdog: Watchdog, _ teardown: Teardown
    ) async throws -> Services {
        let faults = FaultBoard(settings.faults)
        let log = RequestLog()
        let tokens = TokenStore(
            accessLifetime: settings.accessLifetime, passwordLifetime: settings.passwordLifetime)
        let proxy = RegistryProxy(
            socket: directory.registrySocket, client: client, faults: faults, tokens: tokens,
            log: log)
        let registryServer = try await LocalServer.start(
            proxy.router(), port: settings.registryPort)
        await teardown.add { await registryServer.stop() }
        let registry = "127.0.0.1:\(registryServer.port)"
        let signer = try await RealmSigner()
        let backend = LocalBackend(
            handle: settings.handle, registry: registry, tokens: tokens,
            fleet: EnclaveFleet(owner: settings.handle, buildTime: settings.buildTime),
            faults: faults, log: log, idempotencyCache: IdempotencyCache(), signer: signer)
        let backendServer = try await LocalServer.start(
            backend.router(), port: settings.backendPort)
        await teardown.add { await backendServer.stop() }
        let backendURL = "http://127.0.0.1:\(backendServer.port)"
        let daemon = try await RegistryDaemon.start(
            in: directory, realm: backendURL + "/token", certificate: signer.certificate,
            client: client, watchdog: watchdog)
        await teardown.add { await daemon.stop() }
        return Services(backendURL: backendURL, registry: registry, tokens: tokens)
    }
}
