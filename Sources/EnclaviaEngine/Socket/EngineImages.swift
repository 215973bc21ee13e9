import EnclaviaCore

extension EngineImages {
    /// The path of the engine's socket, from the environment, the user's configuration of the client and the
    /// metadata of a context; `nil` where the engine does not use a Unix socket.
    package static func socketPath(environment: [String: String], home: String?) -> String? {
        EngineEndpoint.docker(environment: environment) {
            UserConfiguration(environment: environment, home: home)
        }.socketPath
    }
}
