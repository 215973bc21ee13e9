import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// `credentials.json` in the configuration directory: written with mode 0600 in a directory with mode 0700,
/// and read only where no user but this one and root could have written it.
struct CredentialsFile: Sendable {
    /// The longest file that is read, in bytes.
    static let sizeLimit = 1 << 20

    let directory: FilePath
    private let warning: ReadableFileWarning

    /// - Parameter warning: reports a file that is used although others can read it.
    init(directory: String, warning: ReadableFileWarning) {
        self.directory = FilePath(platformString: directory.native)
        self.warning = warning
    }

    var path: FilePath { directory.appending("credentials.json") }
    /// The draft, which is written under the lock and then renamed to ``path``.
    var draftPath: FilePath { directory.appending(".credentials.json.new") }
    var lockPath: FilePath { directory.appending("credentials.lock") }

    /// Whether the file or its draft exists, even as a dangling link.
    var exists: Bool {
        [path, draftPath].contains { $0.status != nil }
    }

    /// Reads the file, through a symbolic link too; `nil` where there is none.
    ///
    /// - Throws: ``BackendError/configuration(subject:reason:)`` where the file belongs to another user
    ///   than this one and root, where others can write it or its directory, or where it is malformed.
    func read() throws(BackendError) -> Credentials? {
        try read(path, options: [])
    }

    /// Reads the draft under the same conditions, but never through a link.
    func readDraft() throws(BackendError) -> Credentials? {
        try read(draftPath, options: .noFollow)
    }

    private func read(
        _ path: FilePath, options: FileDescriptor.OpenOptions
    ) throws(BackendError) -> Credentials? {
        guard let bytes = try bytes(of: path, options) else { return nil }
        do {
            return try Credentials(json: bytes)
        } catch {
            throw refusal(
                "\(error.reason): correct it, or remove it and run `enclavia auth login`")
        }
    }

    private func bytes(
        of path: FilePath, _ options: FileDescriptor.OpenOptions
    ) throws(BackendError) -> [UInt8]? {
        let file: FileDescriptor
        do {
            // Do not wait for a writer if the file is a pipe.
            file = try .open(
                path, .readOnly, options: options.union([.closeOnExec, .nonBlocking]))
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            guard let target = path.linkTarget else { return nil }
            throw refusal("is a symbolic link to \(target), which does not exist")
        } catch Errno.permissionDenied {
            throw refusal("cannot be read by user \(geteuid()): permission denied")
        } catch {
            throw refusal("cannot be read: \(Self.message(error))")
        }
        defer { try? file.close() }
        if try isReadableByOthers(file, at: path) { warning.warnOnce(path.string) }
        let content: BoundedFile
        do {
            content = try BoundedFile(file, limit: Self.sizeLimit)
        } catch {
            throw refusal("cannot be read: \(Self.message(error))")
        }
        guard !content.isCutOff else { throw refusal("is longer than 1 MiB") }
        return content.bytes
    }

    func refusal(_ reason: String) -> BackendError {
        .configuration(subject: path.string, reason: reason)
    }

    static func message(_ error: any Error) -> String {
        (error as? Errno)?.description.lowercased() ?? String(describing: error)
    }
}
