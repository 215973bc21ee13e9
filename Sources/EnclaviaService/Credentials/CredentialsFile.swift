import EnclaviaCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// `credentials.json` in the configuration directory: 0600 in 0700, read only where nobody else could
/// have read or written it.
struct CredentialsFile: Sendable {
    /// The longest file that is read, in bytes.
    static let sizeLimit = 1 << 20

    let directory: FilePath

    init(directory: String) {
        self.directory = FilePath(platformString: directory.native)
    }

    var path: FilePath { directory.appending("credentials.json") }
    /// Where the next content is written before it takes the file's name; only under the lock.
    var draftPath: FilePath { directory.appending(".credentials.json.new") }
    var lockPath: FilePath { directory.appending("credentials.lock") }

    /// Whether something has that name, even a link to nothing, or a draft of it is there.
    var exists: Bool {
        [path, draftPath].contains { (try? $0.stat(followTargetSymlink: false)) != nil }
    }

    /// Reads the file; `nil` where there is none.
    ///
    /// - Throws: ``BackendError/configuration(subject:reason:)`` where the file is a symbolic link, is
    ///   somebody else's, can be read or its directory written by others, or is malformed.
    func read() throws(BackendError) -> Credentials? {
        try read(path)
    }

    /// Reads the draft under the same conditions.
    func readDraft() throws(BackendError) -> Credentials? { try read(draftPath) }

    private func read(_ path: FilePath) throws(BackendError) -> Credentials? {
        guard let bytes = try bytes(of: path) else { return nil }
        do {
            return try Credentials(json: bytes)
        } catch {
            throw refusal(
                "\(error.reason): mend it, or remove it and run `enclavia auth login`")
        }
    }

    private func bytes(of path: FilePath) throws(BackendError) -> [UInt8]? {
        let file: FileDescriptor
        do {
            // Not waiting for a writer, should it be a pipe.
            file = try .open(
                path, .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch Errno.tooManySymbolicLinkLevels {
            throw refusal("is a symbolic link: put the file itself there")
        } catch {
            throw refusal("cannot be read: \(Self.words(error))")
        }
        defer { try? file.close() }
        try checkFile(file)
        try checkDirectory()
        do {
            var bytes = [UInt8](repeating: 0, count: Self.sizeLimit + 1)
            var count = 0
            while count < bytes.count {
                let read = try bytes.withUnsafeMutableBytes {
                    try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
                }
                guard read > 0 else { break }
                count += read
            }
            guard count <= Self.sizeLimit else { throw refusal("is longer than 1 MiB") }
            return Array(bytes[..<count])
        } catch let error as BackendError {
            throw error
        } catch {
            throw refusal("cannot be read: \(Self.words(error))")
        }
    }

    private func checkFile(_ file: FileDescriptor) throws(BackendError) {
        let status: Stat
        do {
            status = try file.stat()
        } catch {
            throw refusal("cannot be examined: \(Self.words(error))")
        }
        guard status.type == .regular else { throw refusal("is not a regular file") }
        guard status.userID.rawValue == geteuid() else {
            throw refusal("belongs to another user: run `sudo chown \(geteuid()) \(path)`")
        }
        guard status.permissions.rawValue & 0o077 == 0 else {
            throw refusal("can be read by other users: run `chmod 600 \(path)`")
        }
    }

    /// Whoever can write the directory can put another file there.
    func checkDirectory() throws(BackendError) {
        let status: Stat
        do {
            status = try directory.stat()
        } catch {
            throw .configuration(
                subject: directory.string, reason: "cannot be examined: \(Self.words(error))")
        }
        guard status.userID.rawValue == geteuid() || status.userID.rawValue == 0 else {
            throw .configuration(
                subject: directory.string,
                reason: "belongs to another user: run `sudo chown \(geteuid()) \(directory)`")
        }
        guard status.permissions.rawValue & 0o022 == 0 else {
            throw .configuration(
                subject: directory.string,
                reason: "can be written by other users: run `chmod 700 \(directory)`")
        }
    }

    func refusal(_ reason: String) -> BackendError {
        .configuration(subject: path.string, reason: reason)
    }

    static func words(_ error: any Error) -> String {
        (error as? Errno)?.description.lowercased() ?? String(describing: error)
    }
}
