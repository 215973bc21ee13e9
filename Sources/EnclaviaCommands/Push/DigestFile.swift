import EnclaviaCore
import Synchronization
import SystemPackage

/// The file of `--digest-file`: the digest and a newline, put in place by rename, so that a reader
/// never sees half of it.
final class DigestFile: Sendable {
    private let path: FilePath
    private let failure = Mutex<Errno?>(nil)

    /// - Throws: `usage` where the file's directory does not exist, before anything is pushed.
    init(_ path: String, in workingDirectory: String) throws(Explanation) {
        let absolute = FilePath(path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)")
        self.path = absolute
        do {
            let directory = try FileDescriptor.open(
                absolute.removingLastComponent(), .readOnly, options: [.directory, .closeOnExec])
            try directory.close()
        } catch {
            throw Explanation(
                .usage,
                "--digest-file \(Words.quoted(path)): its directory cannot be opened (\(error))")
        }
    }

    /// Why the file could not be written; `nil` where it was, or has not been yet.
    var error: Errno? { failure.withLock { $0 } }

    func write(_ digest: Digest) {
        do {
            try DurableFile.replace(path, with: "\(digest)\n", permissions: 0o644)
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
