import Glibc
import SystemPackage

/// A file that is replaced as a whole: written to a temporary name, fsynced, renamed.
enum DurableFile {
    static func replace(
        _ path: FilePath, with text: String, permissions: mode_t
    ) throws(Errno) {
        do {
            try replace(path, permissions: permissions) { try $0.write(text) }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// What is there and no file, such as `/dev/stdout` or a named pipe, is written to as it is.
    ///
    /// - Throws: `Errno`, and what `body` throws; the file is as it was then.
    static func replace(
        _ path: FilePath, permissions: mode_t, _ body: (FileOutput) throws -> Void
    ) throws {
        var status = stat()
        if stat(path.string, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            let file = try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
            try file.closeAfter {
                let output = FileOutput(file)
                try body(output)
                try output.flush()
            }
            return
        }
        let (file, temporary) = try temporary(beside: path, permissions)
        do {
            try file.closeAfter {
                let output = FileOutput(file)
                try body(output)
                try output.flush()
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary.string)
            throw error
        }
    }

    /// Makes a file beside `path`, under a name that nobody could have put something under.
    private static func temporary(
        beside path: FilePath, _ permissions: mode_t
    ) throws -> (FileDescriptor, FilePath) {
        let name = path.lastComponent?.string ?? ""
        var taken = Errno.fileExists
        for _ in 0..<8 {
            let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
            let temporary = path.removingLastComponent()
                .appending(".\(name.prefix(200)).\(suffix)")
            do {
                let file = try FileDescriptor.open(
                    temporary, .writeOnly,
                    options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                    permissions: FilePermissions(rawValue: CModeT(permissions)))
                return (file, temporary)
            } catch let error as Errno where error == .fileExists {
                taken = error
            }
        }
        throw taken
    }
}

/// A file that is written in pieces of 64 KiB.
final class FileOutput {
    private static let piece = 65_536

    private let file: FileDescriptor
    private var buffer: [UInt8] = []

    init(_ file: FileDescriptor) {
        self.file = file
    }

    func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.piece { try flush() }
    }

    func flush() throws {
        try file.writeAll(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
