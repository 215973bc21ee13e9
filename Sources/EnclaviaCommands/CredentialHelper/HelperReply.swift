import EnclaviaCore

/// What `docker-credential-enclavia` prints on standard output, and its exit code.
struct HelperReply: Sendable {
    enum Content: Hashable, Sendable {
        case nothing
        /// A line without a secret.
        case line(String)
        /// The line that holds the password, on its way to the client that asked for it.
        case credentials(String)
    }

    let content: Content
    let exitStatus: ExitStatus

    static let nothing = HelperReply(content: .nothing, exitStatus: .done)

    static func success(_ line: String) -> HelperReply {
        HelperReply(content: .line(line), exitStatus: .done)
    }

    /// podman and skopeo show the line of a failure, but for the two that the protocol fixes; docker does not.
    static func failure(_ line: String) -> HelperReply {
        HelperReply(content: .line(line), exitStatus: .negative)
    }

    /// Clients recognize this line, and go on without credentials.
    static let notFound = failure("credentials not found in native keychain")
    static let noServer = failure("no credentials server URL")

    static func failure(_ error: UserError) -> HelperReply {
        failure(error.hint.map { "\(error.message) (\($0))" } ?? error.message)
    }

    /// - Parameter server: as the client named it.
    static func credentials(
        _ access: RegistryAccess, for server: String
    ) throws -> HelperReply {
        let answer = HelperCredentials(
            ServerURL: server, Username: access.handle, Secret: access.password.reveal())
        return HelperReply(content: .credentials(try JSONText.encode(answer)), exitStatus: .done)
    }

    func write(to console: Console) throws(ConsoleError) {
        switch content {
        case .nothing: break
        case .line(let line): try console.result(line)
        case .credentials(let line): try console.result(withSecret: line)
        }
    }
}

/// The keys are the protocol's.
private struct HelperCredentials: Encodable {
    let ServerURL: String
    let Username: String
    let Secret: String
}
