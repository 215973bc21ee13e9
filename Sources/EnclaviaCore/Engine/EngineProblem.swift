/// A failure between the engine's client and the engine, in which the registry is not involved.
package enum EngineProblem: Hashable, Sendable {
    /// The client or the engine is too old for the other one's version of the API.
    case apiVersion
    /// One of them does not accept the other's certificate, or does not expect TLS.
    case tls
    /// The client cannot use the address or the context that it was given.
    case address
    /// The response is not an engine's, but perhaps that of a proxy in front of it.
    case notAnEngine
    /// No engine responded, or the connection to it broke.
    case noResponse
    /// The engine's Unix socket cannot be connected to.
    case socket(path: String, SocketObstacle)
}

/// Why a Unix socket cannot be connected to, judging by its file.
package enum SocketObstacle: Hashable, Sendable {
    /// There is no such file.
    case missing
    case directory
    /// A file that is not a socket.
    case file
    /// A socket that nothing listens on.
    case connectionRefused
    /// A directory on the way to it may not be entered.
    case directoryNotSearchable
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

/// Why the user's own configuration of the engine's client (`config.json`) could not be used, or not all of
/// it. The client warns of the same and goes on; so does a push.
package struct EngineConfigurationFault: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The system's error message.
        case unreadable(String)
        /// A directory, a pipe, a device.
        case notRegular
        /// Larger than that many MiB.
        case tooLarge(mebibytes: Int)
        case notJSON
        /// These members have another type than the client expects, and are ignored. The others are used.
        case wrongTypes([String])
    }

    package let path: String
    package let reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

/// Why a file that should be a program cannot be run.
package enum ProgramFault: Hashable, Sendable {
    case directory
    /// A symbolic link to what does not exist.
    case danglingLink(target: String)
    /// A device, pipe or socket.
    case notRegular
    /// Without the permission to execute it, for this user.
    case notExecutable
    /// On a file system that does not allow programs to run (mount(8), `noexec`).
    case noExecMount
    /// A script whose interpreter does not exist or cannot be executed itself (execve(2), "Interpreter
    /// scripts").
    case missingInterpreter(String)
    /// A text without an interpreter line. Shells run it all the same; the kernel does not.
    case noInterpreterLine
    case empty
    /// A program that is linked for another C library than this machine's.
    case missingLoader
    /// A program for another machine, or not a program at all.
    case wrongFormat
}
