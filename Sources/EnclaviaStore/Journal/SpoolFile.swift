import EnclaviaCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The events of one push while the store cannot be written: `spool/<push id>.jsonl`, one CloudEvents
/// object without `sequence` and `prevhash` a line, held with flock by whoever writes it.
final class SpoolFile: Sendable {
    let path: FilePath
    private let file: FileDescriptor

    private init(path: FilePath, file: FileDescriptor) {
        self.path = path
        self.file = file
    }

    /// Opens a push's file in the first spool directory that takes one.
    ///
    /// - Throws: what went wrong with the last directory.
    static func open(_ id: PushID, in paths: StorePaths) throws(StoreError) -> SpoolFile {
        var failure = StoreError.inaccessible(
            path: paths.stateDirectory.string, reason: "there is no spool")
        for directory in paths.spools {
            do throws(StoreError) {
                try SafeFile.makeOwnDirectory(directory)
                let path = directory.appending("\(id.text).jsonl")
                let file = try SafeFile.open(path, [.create, .append])
                _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
                SafeFile.sync(directory: directory)
                return SpoolFile(path: path, file: file)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Adds lines, durably.
    ///
    /// - Throws: ``StoreError/inaccessible(path:reason:)``; a line may then be there in part, which its
    ///   readers pass over.
    func append(_ lines: [String]) throws(StoreError) {
        do {
            for line in lines { _ = try file.writeAll((line + "\n").utf8) }
        } catch {
            throw SafeFile.inaccessible(path, error)
        }
        guard fsync(file.rawValue) == 0 else {
            throw SafeFile.inaccessible(path, Errno(rawValue: errno))
        }
    }

    func close() {
        try? file.close()
    }
}
