import EnclaviaSystem
import Glibc
import SystemPackage

/// A file that a command writes its output to.
///
/// A regular file is replaced as a whole, where it can be (``FileReplacement``). Devices, pipes and descriptors
/// are written as they are.
struct OutputFile {
    private let target: OutputTarget
    private let permissions: FilePermissions

    /// - Parameters:
    ///   - permissions: of a new file, the umask aside.
    ///   - seconds: how long a named pipe may be without a reader; `nil` to wait until there is one.
    /// - Throws: as ``OutputTarget/find(_:waitingForReader:)``.
    init(
        _ path: FilePath, permissions: FilePermissions, waitingForReader seconds: Int? = nil
    ) throws {
        target = try OutputTarget.find(path, waitingForReader: seconds)
        self.permissions = permissions
    }

    /// Checks, before there is anything to write, that the file's directory exists and that the file can be
    /// created there unless it exists.
    func check() throws {
        guard case .file(let path) = target else { return }
        let directory = path.directoryName
        try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec]).close()
        // A directory that was deleted, and is still somebody's working directory.
        guard try directory.stat().linkCount > 0 else { throw Errno.noSuchFileOrDirectory }
        let isThere = path.withPlatformString { access($0, F_OK) } == 0
        guard isThere || directory.withPlatformString({ access($0, W_OK | X_OK) }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// The regular file, or the name of the new one; `nil` for what is written as it is.
    var name: NamedFile? {
        switch target {
        case .stream: nil
        case .file(let path), .place(let path): NamedFile(path)
        }
    }

    /// Writes what `body` writes. It can be called once.
    ///
    /// - Throws: `Errno`, and what `body` throws; the file is unchanged then, unless it is written in place.
    func write(
        _ body: (FileOutput) throws -> Void
    ) throws -> FileReplacement.Durability {
        switch target {
        case .stream(let file):
            try file.fill(body)
            return .durable
        case .place(let path):
            try FileReplacement.writeInPlace(path, body)
            return .durable
        case .file(let path):
            return try FileReplacement(path, permissions: permissions).write(body)
        }
    }
}
