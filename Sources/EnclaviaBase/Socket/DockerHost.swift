/// The parts of the Docker client's rules for its engine that need no file.
///
/// Source: <https://github.com/docker/cli/blob/master/cli/flags/options.go>
package enum DockerHost {
    /// Where the engine listens unless it is configured otherwise.
    package static let standardSocket = "/var/run/docker.sock"

    /// The path in a URL such as `unix:///var/run/docker.sock`; `nil` for other URLs.
    package static func socketPath(of url: String) -> String? {
        let scheme = "unix://"
        guard url.hasPrefix(scheme) else { return nil }
        let path = url.dropFirst(scheme.count)
        return path.hasPrefix("/") ? String(path) : nil
    }

    /// Whether `DOCKER_TLS_VERIFY` or `DOCKER_TLS` enables TLS, which they do with any value that is not empty.
    package static func usesTLS(_ environment: [String: String]) -> Bool {
        ["DOCKER_TLS_VERIFY", "DOCKER_TLS"].contains { environment[$0]?.isEmpty == false }
    }
}
