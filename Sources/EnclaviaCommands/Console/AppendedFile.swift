import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// A file to whose end a command appends a text when its work is done. It is open from the beginning, so that what
/// cannot be written is known before anything is sent.
final class AppendedFile {
    /// What stands between the texts that the file holds and the next one.
    enum Separator {
        case line, blankLine

        fileprivate var breaks: Int { self == .line ? 1 : 2 }
    }

    /// The regular file; `nil` for a device, a pipe or a descriptor.
    let name: NamedFile?
    private let file: FileDescriptor

    /// Opens the file, and creates it where there is none.
    ///
    /// - Parameters:
    ///   - seconds: how long a named pipe may be without a reader.
    ///   - check: called with the regular file or the free name, before it is opened.
    /// - Throws: `Errno`, `CancellationError`, and what `check` throws.
    init(
        _ path: FilePath, waitingForReader seconds: Int, check: (NamedFile) throws -> Void
    ) throws {
        switch try OutputTarget.find(path, waitingForReader: seconds) {
        case .stream(let stream):
            name = nil
            file = stream
        case .file(let path), .place(let path):
            try check(NamedFile(path))
            file = try Self.open(path)
            // Of the file itself: it may be new.
            name = NamedFile(path)
        }
    }

    deinit {
        // What was appended is durable already, or its error was thrown.
        try? file.close()
    }

    /// Appends `text` in one piece. If that fails, the file is as it was.
    ///
    /// - Throws: `Errno`.
    func append(_ text: String, after separator: Separator) throws {
        guard name != nil else {
            let lead = separator == .blankLine ? "\n" : ""
            let copy = try file.duplicate()
            return try copy.fill { try $0.write(lead + text) }
        }
        let bytes = Array((try lead(separator) + text).utf8)
        var written = 0
        do {
            while written < bytes.count {
                written += try bytes.withUnsafeBytes {
                    try file.write(.init(rebasing: $0[written...]))
                }
            }
            try file.sync()
        } catch {
            undo(written)
            throw error
        }
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        let options: FileDescriptor.OpenOptions = [.append, .create, .closeOnExec]
        let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
        do {
            return try FileDescriptor.open(
                path, .readWrite, options: options, permissions: permissions)
        } catch Errno.permissionDenied {
            return try FileDescriptor.open(
                path, .writeOnly, options: options, permissions: permissions)
        }
    }

    /// The line feeds that the file's end lacks. The end of a file that must not be read counts as that of a line.
    private func lead(_ separator: Separator) throws -> String {
        let size = try file.stat().size
        guard size > 0 else { return "" }
        var end = [UInt8](repeating: 0, count: 2)
        let count: Int
        do {
            count = try end.withUnsafeMutableBytes {
                try file.read(fromAbsoluteOffset: max(0, size - 2), into: $0)
            }
        } catch Errno.badFileDescriptor {
            return String(repeating: "\n", count: separator.breaks - 1)
        }
        let found = end.prefix(count).reversed().prefix { $0 == UInt8(ascii: "\n") }.count
        return String(repeating: "\n", count: max(0, separator.breaks - found))
    }

    /// Removes a part that was written, unless something was appended to it meanwhile.
    private func undo(_ written: Int) {
        guard written > 0, let end = try? file.seek(offset: 0, from: .current),
            let size = try? file.stat().size, size == end
        else { return }
        // The error that is thrown says that the file could not be written.
        try? file.resize(to: end - Int64(written))
    }
}
