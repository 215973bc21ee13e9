import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The file that a report is written to.
struct ReportFile {
    /// As typed.
    let name: String
    /// The absolute path.
    let path: String
    private let output: OutputFile
    private let isReplaced: Bool

    /// Checks, before there is a report, that the file can be written.
    ///
    /// - Throws: ``UserError``: `usage` where the file exists and is not to be replaced.
    init(_ name: String, replacing isReplaced: Bool, _ context: CommandContext) throws {
        self.name = name
        self.isReplaced = isReplaced
        path = context.path(name)
        do {
            output = try OutputFile(FilePath(native: path), permissions: .ownerReadWrite)
            try context.protectOwnFiles(from: output.name, name.printable)
            try checkIsNew()
            try output.check()
        } catch let error as Errno {
            throw Self.failure(.usage, name, error)
        }
    }

    /// - Throws: ``UserError``, or ``ConsoleError`` for a pipe whose reader is gone. There is no new file then, and an
    ///   old one is as it was.
    func write(_ text: String) throws -> FileReplacement.Durability {
        try checkIsNew()
        do {
            return try output.write { try $0.write(text) }
        } catch Errno.brokenPipe {
            throw ConsoleError.closedPipe
        } catch let error as Errno {
            throw Self.failure(.output, name, error)
        }
    }

    private func checkIsNew() throws(UserError) {
        // A device or a pipe has no name, and is written as it is.
        guard !isReplaced, output.name != nil, NamedFile(FilePath(native: path)).exists else {
            return
        }
        throw UserError(
            .usage, "\(name.printable) exists: name a new file, or replace it with --force")
    }

    private static func failure(_ kind: ErrorKind, _ name: String, _ error: Errno) -> UserError {
        UserError(kind, "\(name.printable) cannot be written: \(ErrorMessages.reason(error))")
    }
}
