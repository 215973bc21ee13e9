import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Docker Content Trust: the client signs what it has pushed, with keys below its configuration.
///
/// Source: <https://github.com/docker/cli/blob/master/cli/command/cli.go>,
/// <https://docs.docker.com/engine/security/trust/>
enum ContentTrust {
    /// Go's spellings of false; the client reads any other value as true.
    private static let off: Set = ["", "0", "f", "F", "false", "False", "FALSE"]

    static func isAsked(_ environment: [String: String]) -> Bool {
        !off.contains(environment["DOCKER_CONTENT_TRUST"] ?? "")
    }

    /// Links the user's own keys, and the certificates of the signature server, into the private configuration
    /// of a push, so that keys that the client creates outlive the push.
    ///
    /// Creates the directory of the keys if it is missing, as the client does.
    ///
    /// - Parameter own: the user's own directory; `nil` where that is unknown.
    /// - Throws: ``EngineError/configuration(path:reason:)`` where keys could not be stored.
    static func link(
        into directory: PrivateDirectory, from own: String?
    ) throws(EngineError) {
        guard let own else {
            throw .configuration(
                path: "DOCKER_CONTENT_TRUST", reason: "no directory for the keys: set HOME")
        }
        let keys = own + "/trust"
        if let obstacle = CredentialParent.make(keys) {
            throw .configuration(path: obstacle.path.native, reason: obstacle.message)
        }
        guard CredentialParent(keys) != nil else {
            throw .configuration(path: keys, reason: "\(Errno.notDirectory)")
        }
        try directory.link("trust", to: keys)
        try directory.link("tls", to: own + "/tls")
    }
}
