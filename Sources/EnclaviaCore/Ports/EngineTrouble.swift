/// Trouble between the engine's client and the engine, in which the registry has no part.
package enum EngineTrouble: Hashable, Sendable {
    /// The client or the engine is too old for the other one's version of the API.
    case apiVersion
    /// One of them does not accept the other's certificate, or does not expect TLS.
    case tls
    /// The client cannot use the address or the context that it was given.
    case address
    /// What answered is not an engine: a proxy before it, perhaps.
    case foreignAnswer
    /// No engine answered, or the connection to it broke.
    case noAnswer
    /// The engine's Unix socket cannot be connected to.
    case socket(path: String, SocketObstacle)
}

/// Why a Unix socket cannot be connected to, as its file tells.
package enum SocketObstacle: Hashable, Sendable {
    /// There is no such file.
    case missing
    case directory
    /// A file that is no socket.
    case file
    /// A socket that nothing listens on.
    case deserted
    /// A directory on the way to it may not be entered.
    case hidden
    /// This user may not write to it, as connecting demands (unix(7)).
    case forbidden(SocketAccess)
}

/// Who may connect to a socket that this user may not connect to.
package enum SocketAccess: Hashable, Sendable {
    /// The members of a group; whether the user has become one of them since the login.
    case group(String, isMember: Bool)
    /// The members of a group that has no name on this machine.
    case unnamedGroup(UInt32)
    /// Its owner alone, which for most engines is root.
    case owner
}
