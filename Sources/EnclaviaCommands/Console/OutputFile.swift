import EnclaviaCore
import Glibc
import SystemPackage

/// A file that a command writes its output to.
///
/// A regular file is replaced as a whole: what is written goes to a temporary name beside it, is fsynced, and
/// is renamed. Devices, pipes and descriptors are written as they are; so is a file that cannot be replaced,
/// such as one that a container mounts by itself, or in a directory that takes no new names.
struct OutputFile {
    /// How sure it is that the name stays after a power loss.
    enum Durability: Equatable {
        case durable
        /// The file has its name, and its directory could not be fsynced.
        case unsynced(Errno)
    }

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

    /// Checks, before there is anything to write, that there is a directory that may take the file.
    func check() throws {
        guard case .file(let path) = target else { return }
        let directory = path.directoryName
        try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec]).close()
        var found = stat()
        guard directory.withPlatformString({ stat($0, &found) }) == 0 else {
            throw Errno(rawValue: errno)
        }
        // A directory that was deleted, and is still somebody's working directory.
        guard found.st_nlink > 0 else { throw Errno.noSuchFileOrDirectory }
        let isThere = path.withPlatformString { access($0, F_OK) } == 0
        guard isThere || directory.withPlatformString({ access($0, W_OK | X_OK) }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Writes what `body` writes. It can be called once.
    ///
    /// - Throws: `Errno`, and what `body` throws; a file that is replaced is as it was then.
    func write(_ body: (FileOutput) throws -> Void) throws -> Durability {
        switch target {
        case .stream(let file):
            try Self.fill(file, body)
            return .durable
        case .place(let path):
            try writeInPlace(path, body)
            return .durable
        case .file(let path):
            return try replace(path, body)
        }
    }

    private func replace(
        _ path: FilePath, _ body: (FileOutput) throws -> Void
    ) throws -> Durability {
        guard let draft = try draft(of: path) else {
            try writeInPlace(path, body)
            return .durable
        }
        do {
            try Self.fill(draft.file, sync: true, body)
            if try !draft.rename(to: path) {
                try writeInPlace(path) { try $0.copy(draft.path) }
                draft.remove()
                return .durable
            }
        } catch {
            draft.remove()
            throw error
        }
        return Self.sync(path.directoryName)
    }

    /// `nil` where the directory takes no new name, and the file is there to be written in place.
    private func draft(of path: FilePath) throws(Errno) -> Draft? {
        do {
            return try Draft(in: path.directoryName, permissions)
        } catch {
            switch error {
            case .permissionDenied, .notPermitted, .readOnlyFileSystem:
                if path.withPlatformString({ access($0, F_OK) }) == 0 { return nil }
                throw error
            default: throw error
            }
        }
    }

    private func writeInPlace(
        _ path: FilePath, _ body: (FileOutput) throws -> Void
    ) throws {
        let file = try FileDescriptor.open(path, .writeOnly, options: [.truncate, .closeOnExec])
        try Self.fill(file, sync: true, body)
    }

    /// Writes what `body` writes, and closes the file.
    private static func fill(
        _ file: FileDescriptor, sync: Bool = false, _ body: (FileOutput) throws -> Void
    ) throws {
        try file.closeAfter {
            let output = FileOutput(file)
            try body(output)
            try output.flush()
            guard sync else { return }
            guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Makes the new name durable. Some file systems have nothing to sync there (`EINVAL`).
    private static func sync(_ directory: FilePath) -> Durability {
        do {
            let file = try FileDescriptor.open(
                directory, .readOnly, options: [.directory, .closeOnExec])
            try file.closeAfter {
                guard fsync(file.rawValue) == 0 || errno == EINVAL else {
                    throw Errno(rawValue: errno)
                }
            }
            return .durable
        } catch {
            return .unsynced(error as? Errno ?? .ioError)
        }
    }
}

/// A new file that has not got its name yet.
private struct Draft {
    let path: FilePath
    let file: FileDescriptor

    /// Makes it under a name that nobody could have put something under, and that is short whatever the file
    /// will be called.
    init(in directory: FilePath, _ permissions: FilePermissions) throws(Errno) {
        for _ in 0..<8 {
            let path = directory.appending(
                ".enclavia.\(String(UInt64.random(in: 0 ... .max), radix: 36))")
            do {
                file = try FileDescriptor.open(
                    path, .writeOnly,
                    options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                    permissions: permissions)
                self.path = path
                return
            } catch {
                guard error as? Errno == .fileExists else { throw error as? Errno ?? .ioError }
            }
        }
        throw .fileExists
    }

    /// - Returns: `false` where the target is a mount point, which rename(2) does not replace (`EBUSY`).
    func rename(to target: FilePath) throws(Errno) -> Bool {
        let result = path.withPlatformString { source in
            target.withPlatformString { Glibc.rename(source, $0) }
        }
        if result == 0 { return true }
        let failure = Errno(rawValue: errno)
        guard failure == .resourceBusy else { throw failure }
        return false
    }

    func remove() {
        _ = path.withPlatformString { unlink($0) }
    }
}
