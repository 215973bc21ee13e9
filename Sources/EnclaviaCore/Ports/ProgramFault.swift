/// Why a file that should be a program cannot be run.
package enum ProgramFault: Hashable, Sendable {
    case directory
    /// A symbolic link to what does not exist.
    case danglingLink(target: String)
    /// A device, pipe or socket.
    case notRegular
    /// Without the permission to execute it, for this user.
    case notExecutable
    /// On a file system that runs no programs (mount(8), `noexec`).
    case noExecMount
    /// A script whose interpreter does not exist or cannot be executed itself (execve(2), "Interpreter
    /// scripts").
    case missingInterpreter(String)
    /// A text without a line that names an interpreter. Shells run it all the same, and the kernel does not.
    case noInterpreterLine
    case empty
    /// A program that is linked for another C library than this machine's.
    case missingLoader
    /// A program for another machine, or none at all.
    case foreignFormat
}
