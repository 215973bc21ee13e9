import EnclaviaCore
import Foundation

/// The variables of a command inside the sandbox, and the files they point to.
enum SandboxEnvironment {
    /// The user's variables that would make a command use something outside the sandbox.
    private static let removed = [
        "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION",
        "DOCKER_AUTH_CONFIG", "CONTAINER_HOST", "REGISTRY_AUTH_FILE", "ENCLAVIA_ENGINE",
        "ENCLAVIA_TOKEN", "ENCLAVIA_HISTORY_REMOTE", "ENCLAVIA_STATE_DIR", "ENCLAVIA_EVENT_LOG",
        "CONTAINERS_STORAGE_CONF",
    ]

    static func prepare(
        in directory: SandboxDirectory, settings: SandboxSettings, services: Services,
        engine: Engine?, database: Database?
    ) throws -> [String: String?] {
        let configuration = try directory.makeDirectory("config")
        var variables: [String: String?] = [
            "XDG_CONFIG_HOME": configuration,
            "XDG_STATE_HOME": try directory.makeDirectory("state"),
            "XDG_RUNTIME_DIR": try directory.makeDirectory("runtime"),
            "DOCKER_CONFIG": try directory.makeDirectory("docker"),
            "DOCKER_HOST": "unix://\(directory.engineSocket)",
            "ENCLAVIA_BACKEND_URL": services.backendURL,
            "ENCLAVIA_SANDBOX_URL": services.backendURL,
            "ENCLAVIA_SANDBOX_ROOT": directory.path,
            "ENCLAVIA_SANDBOX_REGISTRY": services.registry,
        ]
        for name in removed { variables[name] = .some(nil) }
        for (name, value) in engine?.variables ?? [:] { variables[name] = value }
        for (name, value) in database?.variables ?? [:] { variables[name] = value }
        // Exclude the sandbox's services from the user's proxy.
        for name in ["NO_PROXY", "no_proxy"] {
            let own = ProcessInfo.processInfo.environment[name] ?? ""
            variables[name] = own.isEmpty ? "127.0.0.1,localhost" : own + ",127.0.0.1,localhost"
        }
        let file = try directory.makeDirectory("config/enclavia") + "/credentials.json"
        if let credentials = credentials(settings, services) {
            try directory.write(
                try JSONText.encode(credentials) + "\n", to: file)
        }
        return variables
    }

    private static func credentials(
        _ settings: SandboxSettings, _ services: Services
    ) -> JSONValue? {
        switch settings.credentials {
        case .none: return nil
        case .token: return .object(["token": .string(services.tokens.grantLongLived())])
        case .rotating:
            let grant = services.tokens.grant()
            let end = Date(timeIntervalSinceNow: Double(grant.expiresIn))
            return .object([
                "access_token": .string(grant.accessToken),
                "refresh_token": .string(grant.refreshToken),
                "expires_at": .string(Timestamp(end).description),
                "backend_url": .string(services.backendURL),
            ])
        }
    }
}
