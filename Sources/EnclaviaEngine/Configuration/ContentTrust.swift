import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Docker Content Trust: the client signs what it has pushed, with keys below its configuration.
///
/// Source: <https://github.com/docker/cli/blob/master/cli/command/cli.go>,
/// <https://docs.docker.com/engine/security/trust/>
enum ContentTrust {
    /// Go's spellings of false; the client takes any other value for true.
    private static let off: Set = ["", "0", "f", "F", "false", "False", "FALSE"]

    static func isAsked(_ environment: [String: String]) -> Bool {
        !off.contains(environment["DOCKER_CONTENT_TRUST"] ?? "")
    }

    /// Links the user's own keys, and the certificates for the server of the signatures, into the private
    /// configuration of a push: keys that the client makes outlive it.
    ///
    /// The directory of the keys is made where there is none, as the client would.
    ///
    /// - Parameter own: the user's own directory; `nil` where that is unknown.
    /// - Throws: ``EngineError/configuration(path:reason:)`` where the keys could not be kept.
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
