import EnclaviaCore
import EnclaviaSystem
import Synchronization
import SystemPackage

/// The file of `--digest-file`: the digest and a newline, put in place by rename, so that a reader
/// never sees half of it.
final class DigestFile: Sendable {
    /// The result of ``write(_:)``; empty before.
    private struct State {
        var failure: Errno?
        var unsynced: Errno?
    }

    private static let secondsForReader = ResultFiles.secondsForReader

    private let name: String
    private let file: OutputFile
    private let state = Mutex(State())

    /// - Throws: `usage` for what cannot be written, before anything is pushed: a file whose directory does not
    ///   exist, a directory, a pipe that nobody reads, a file of this program; `CancellationError`.
    init(_ name: String, _ context: CommandContext) throws {
        self.name = name
        do {
            file = try OutputFile(
                FilePath(native: name), permissions: Self.permissions,
                waitingForReader: Self.secondsForReader)
            try file.check()
        } catch let error as Errno {
            throw UserError(
                .usage,
                "--digest-file \(name.quoted) cannot be written: \(ErrorMessages.reason(error))")
        }
        try context.protectOwnFiles(from: file.name, "--digest-file \(name.quoted)")
    }

    private static let permissions: FilePermissions = [
        .ownerReadWrite, .groupRead, .otherRead,
    ]

    /// The regular file, or the name of the new one; `nil` for what is written as it is.
    var target: NamedFile? { file.name }

    /// Why the file could not be written; `nil` where it was, or has not been yet.
    var error: UserError? {
        state.withLock { $0.failure }.map { .unwritten("the digest file", $0) }
    }

    /// Warns if the file may be lost in a power failure.
    func warn(_ console: Console) {
        guard let reason = state.withLock({ $0.unsynced }) else { return }
        console.warn(ErrorMessages.unsynced(name, reason))
    }

    /// Writes the digest. A pipe that its reader has closed is not an error, as on standard output.
    func write(_ digest: Digest) {
        do {
            let durability = try file.write { try $0.write("\(digest)\n") }
            if case .unsynced(let reason) = durability {
                state.withLock { $0.unsynced = reason }
            }
        } catch Errno.brokenPipe {
        } catch {
            state.withLock { $0.failure = error as? Errno ?? .ioError }
        }
    }
}
