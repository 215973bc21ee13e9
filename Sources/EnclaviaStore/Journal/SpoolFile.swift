import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// The events of one push while the store cannot be written: `spool/<push id>.jsonl`, one CloudEvents object a
/// line, locked with flock by its writer. Recovery gives them their final `source`, `sequence` and `prevhash`;
/// `spooled` holds the newest event in the chain when they happened.
final class SpoolFile: Sendable {
    /// How long to wait for a recovery that reads the file, in seconds: as long as that waits for the store.
    private static let timeout = 10

    private let lock: FileLock
    /// Whether the file may end in a partial line that could not be cut off.
    private let isTorn = Atomic(false)

    private init(_ lock: FileLock) {
        self.lock = lock
    }

    var path: FilePath { lock.path }
    private var file: FileDescriptor { lock.file }

    /// Writes lines, durably, to a push's file in the first spool directory that takes them.
    ///
    /// - Parameter held: the push's files that this process has open, whose locks it would never get.
    /// - Throws: what went wrong with the last directory; no line is left in any then.
    static func begin(
        _ id: PushID, _ lines: [String], in paths: StorePaths, besides held: [SpoolFile]
    ) throws(StoreError) -> SpoolFile {
        var failure = StoreError.inaccessible(
            path: paths.stateDirectory.string, reason: "there is no spool")
        for directory in paths.spools {
            let path = directory.appending("\(id.text).jsonl")
            if held.contains(where: { $0.path == path }) { continue }
            do throws(StoreError) {
                try PrivateFileIO.makeOwnDirectory(directory)
                if paths.isVolatile(directory) {
                    try PrivateFileIO.checkPrivate(directory.removingLastComponent())
                }
                let file = SpoolFile(
                    try FileLock.acquire(path, [.create, .append], seconds: timeout))
                try file.begin(lines)
                return file
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private func begin(_ lines: [String]) throws(StoreError) {
        do {
            try append(lines)
            try PrivateFileIO.sync(directory: path.removingLastComponent())
        } catch {
            if (try? file.seek(offset: 0, from: .end)) == 0 { try? path.unlink() }
            close()
            throw error
        }
    }

    /// Adds lines, durably: all of them or, on a full disk, none.
    ///
    /// - Throws: ``StoreError``.
    func append(_ lines: [String]) throws(StoreError) {
        guard !isTorn.load(ordering: .acquiring) else {
            throw .inaccessible(path: path.string, reason: "an earlier line in it is truncated")
        }
        do {
            let length = try file.seek(offset: 0, from: .end)
            do {
                for line in lines { _ = try file.writeAll((line + "\n").utf8) }
                try file.sync()
            } catch {
                // The next line must not be joined to what was written of this one.
                do {
                    try file.truncate(to: length)
                } catch {
                    isTorn.store(true, ordering: .releasing)
                }
                throw error
            }
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }

    func close() {
        lock.release(removing: false)
    }
}
