import Glibc
import SystemPackage

/// A file that is replaced as a whole: written to a temporary name, fsynced, renamed.
enum DurableFile {
    static func replace(
        _ path: FilePath, with text: String, permissions: mode_t
    ) throws(Errno) {
        let name = path.lastComponent?.string ?? ""
        let temporary = path.removingLastComponent().appending(".\(name).\(getpid())")
        do {
            let file = try FileDescriptor.open(
                temporary, .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: CModeT(permissions)))
            try file.closeAfter {
                try file.writeAll(Array(text.utf8))
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary.string)
            throw error as? Errno ?? .ioError
        }
    }
}
