import EnclaviaSystem
import Glibc
import SystemPackage

/// A directory in which a push's credentials may be put.
///
/// Whoever can write to it can move them away and put a directory of his own there, unless it is sticky
/// as `/tmp` is.
struct CredentialParent {
    private let path: String
    private let status: Stat

    /// `nil` where there is no such directory.
    init?(_ path: String) {
        guard let status = FilePath(native: path).followedStatus, status.type == .directory else {
            return nil
        }
        self.path = path
        self.status = status
    }

    /// What is wrong with it and how to fix it, in words that follow its path; `nil` where nobody but its owner
    /// can replace what is in it, and that is `owner`.
    func advice(unlessOf owner: Owner) -> String? {
        do {
            try status.checkDirectory(of: owner, allowsSticky: true)
            return nil
        } catch .writable {
            return "can be written by other users: run `chmod 700 \(path)`"
        } catch {
            return "belongs to another user: run `sudo chown \(geteuid()) \(path)`"
        }
    }

    /// Makes a directory and those above it, for this user alone.
    ///
    /// - Returns: which of them could not be made, and why; `nil` where it is there.
    static func make(_ path: String) -> FileFault? {
        do throws(FileFault) {
            try FilePath(native: path).makeDirectories()
            return nil
        } catch {
            return error
        }
    }
}

extension FileFault {
    /// ErrorMessages that follow the path.
    var message: String {
        switch reason {
        case .system(let error): error.description
        case .ownership(let fault): "\(fault)"
        }
    }
}
