import Glibc
import SystemPackage

/// A directory in which a push's credentials may be put.
///
/// Whoever can write to it can move them away and put a directory of his own there, unless it is sticky
/// as `/tmp` is.
struct CredentialParent {
    let owner: uid_t
    private let mode: mode_t

    /// `nil` where there is no such directory.
    init?(_ path: String) {
        var status = stat()
        guard stat(path.native, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return nil
        }
        owner = status.st_uid
        mode = status.st_mode
    }

    /// Whether nobody but its owner can replace what is in it.
    var isPrivate: Bool { mode & 0o022 == 0 || mode & S_ISVTX != 0 }

    /// What is wrong with it and how to fix it, in words that follow its path.
    func advice(for path: String) -> String {
        isPrivate
            ? "belongs to another user: run `sudo chown \(geteuid()) \(path)`"
            : "can be written by other users: run `chmod 700 \(path)`"
    }

    /// Makes a directory and those above it, for this user alone.
    ///
    /// - Returns: which of them could not be made, and why; `nil` where it is there.
    static func make(_ path: String) -> (path: String, error: Errno)? {
        guard mkdir(path.native, 0o700) != 0 else { return nil }
        let failure = Errno(rawValue: errno)
        if failure == .fileExists { return nil }
        guard failure == .noSuchFileOrDirectory, let slash = path.lastIndex(of: "/"),
            slash != path.startIndex
        else { return (path, failure) }
        if let above = make(String(path[..<slash])) { return above }
        guard mkdir(path.native, 0o700) != 0 else { return nil }
        let second = Errno(rawValue: errno)
        return second == .fileExists ? nil : (path, second)
    }
}
