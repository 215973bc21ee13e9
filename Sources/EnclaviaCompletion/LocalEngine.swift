import EnclaviaBase
import Glibc

/// Where the engine is, as far as it is known without the client's configuration.
package enum LocalEngine: Hashable, Sendable {
    /// It listens on the Unix socket at this path.
    case socket(String)
    /// It does not listen on a Unix socket.
    case other
    /// The client's configuration may name another; it has to be read.
    case configured

    /// In bytes; a larger configuration is left to the complete program.
    private static let limit = 1 << 20

    /// - Parameter environment: the variables that decide, of those that are set.
    package init(environment: [String: String]) {
        if let host = environment["DOCKER_HOST"], !host.isEmpty {
            self = DockerHost.socketPath(of: host).map(Self.socket) ?? .other
        } else if Self.mayHaveContext(environment) {
            self = .configured
        } else if DockerHost.usesTLS(environment) {
            self = .other
        } else {
            self = .socket(DockerHost.standardSocket)
        }
    }

    /// Whether a context may be chosen, by `DOCKER_CONTEXT` or by the key `currentContext`, which may be written
    /// with escapes.
    private static func mayHaveContext(_ environment: [String: String]) -> Bool {
        if let name = environment["DOCKER_CONTEXT"], !name.isEmpty { return name != "default" }
        guard let directory = directory(environment) else { return false }
        let file = open("\(directory)/config.json".native, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return errno != ENOENT }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= limit
        else { return true }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard read(file, &bytes, bytes.count) == bytes.count else { return true }
        return bytes.firstRange(of: "\"currentContext\"".utf8) != nil
            || bytes.firstRange(of: "\\u".utf8) != nil
    }

    private static func directory(_ environment: [String: String]) -> String? {
        if let given = environment["DOCKER_CONFIG"], !given.isEmpty { return given }
        return environment["HOME"].map { UserDirectories.path(".docker", in: $0) }
    }
}
