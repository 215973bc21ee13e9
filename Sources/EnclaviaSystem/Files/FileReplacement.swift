import Glibc
import SystemPackage

/// A regular file that is replaced as a whole, so that no reader ever sees a part of it: what is written goes to a
/// temporary name beside it, is fsynced, and is renamed.
///
/// A file that cannot be replaced, such as a mount point in a container, or a file in a directory that takes no new
/// names, is written in place.
package struct FileReplacement {
    /// Whether the new file keeps its name after a power loss.
    package enum Durability: Equatable {
        case durable
        /// The file has its name, and its directory could not be fsynced.
        case unsynced(Errno)
    }

    private let path: FilePath
    private let permissions: FilePermissions

    /// - Parameters:
    ///   - path: must not be a symbolic link, which the file would replace.
    ///   - permissions: of the new file, subject to the umask.
    package init(_ path: FilePath, permissions: FilePermissions = .ownerReadWrite) {
        self.path = path
        self.permissions = permissions
    }

    /// Replaces the file's content with what `body` writes.
    ///
    /// - Throws: `Errno`, and what `body` throws; the file is unchanged then, unless it is written in place.
    package func write(_ body: (FileOutput) throws -> Void) throws -> Durability {
        guard let draft = try draft() else {
            try Self.writeInPlace(path, body)
            return .durable
        }
        do {
            try draft.file.fill(sync: true, body)
            do throws(Errno) {
                try draft.path.rename(to: path)
            } catch {
                // A mount point, which rename(2) does not replace.
                guard error == .resourceBusy else { throw error }
                try Self.writeInPlace(path) { try $0.copy(draft.path) }
                try? draft.path.unlink()
                return .durable
            }
        } catch {
            try? draft.path.unlink()
            throw error
        }
        do throws(Errno) {
            try path.directoryName.syncNames()
            return .durable
        } catch {
            return .unsynced(error)
        }
    }

    /// A new file under a temporary name; `nil` if the directory takes no new name, and the file exists and can be
    /// written in place.
    private func draft() throws(Errno) -> Draft? {
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

    /// Overwrites the existing file with what `body` writes.
    ///
    /// - Throws: `Errno`, and what `body` throws.
    package static func writeInPlace(
        _ path: FilePath, _ body: (FileOutput) throws -> Void
    ) throws {
        let file = try FileDescriptor.open(path, .writeOnly, options: [.truncate, .closeOnExec])
        try file.fill(sync: true, body)
    }
}

/// A new file under a temporary name.
struct Draft {
    let path: FilePath
    let file: FileDescriptor

    /// Creates the file under a random name, which nobody could have guessed, and which is short however long the
    /// final name is.
    init(in directory: FilePath, _ permissions: FilePermissions) throws(Errno) {
        for _ in 0..<8 {
            let path = directory.appending(
                ".enclavia.\(String(UInt64.random(in: 0 ... .max), radix: 36))")
            do throws(Errno) {
                file = try FileDescriptor.makeNew(path, permissions: permissions)
                self.path = path
                return
            } catch {
                guard error == .fileExists else { throw error }
            }
        }
        throw .fileExists
    }
}

extension FileDescriptor {
    /// Writes what `body` writes, and closes the file.
    ///
    /// - Parameter sync: whether it is to be durable then.
    /// - Throws: `Errno`, and what `body` throws.
    package func fill(sync: Bool = false, _ body: (FileOutput) throws -> Void) throws {
        try closeAfter {
            let output = FileOutput(self)
            try body(output)
            try output.flush()
            if sync { try self.sync() }
        }
    }
}
