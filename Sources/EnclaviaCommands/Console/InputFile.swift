import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Reads a file that the user named, or standard input for `-`.
package enum InputFile {
    /// The error for an empty name, such as that of a variable which is not set.
    static let emptyName = UserError(.usage, "the name of a file is empty")

    /// Reads to the end, waiting for the writer of a pipe; a signal ends the wait.
    ///
    /// - Parameter limit: in bytes.
    /// - Throws: ``UserError`` for a file that is not there or cannot be read, `CancellationError`.
    static func read(
        _ file: String, _ context: CommandContext, limit: Int
    ) throws -> BoundedFile {
        try reading(file) {
            if file == "-" { return try content(of: .standardInput, limit: limit) }
            guard !file.isEmpty else { throw emptyName }
            // Without the option, the writer of a pipe would be waited for here, where a signal ends no wait.
            let opened = try FileDescriptor.open(
                FilePath(native: context.path(file)), .readOnly,
                options: [.closeOnExec, .nonBlocking])
            return try opened.closeAfter { try content(of: opened, limit: limit) }
        }
    }

    /// Reads an open file to its end; a cancelled task ends the wait for a writer.
    ///
    /// - Parameter limit: in bytes.
    /// - Throws: `Errno`, `CancellationError`.
    package static func content(
        of file: FileDescriptor, limit: Int
    ) throws -> BoundedFile {
        try BoundedFile(file, limit: limit) { try wait(for: file) }
    }

    /// Names the file in the errors of `body`.
    static func reading<Value>(_ file: String, _ body: () throws -> Value) throws -> Value {
        let name = file == "-" ? "standard input" : file.printable
        do {
            return try body()
        } catch let error as Errno {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory:
                throw UserError(.fileNotFound, "there is no file \(name)")
            default:
                throw UserError(.fileUnreadable, "\(name) cannot be read: \(error)")
            }
        }
    }

    /// Waits until there is something to read, or the end; a signal ends the wait.
    private static func wait(for file: FileDescriptor) throws {
        let turn: CInt = 50
        while true {
            try Task.checkCancellation()
            var state = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
            let ready = poll(&state, 1, turn)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw Errno(rawValue: errno) }
        }
    }
}
