import EnclaviaSystem
import Glibc
import SystemPackage

/// A directory in which a push's credentials may be stored.
///
/// A user who can write to it can replace the credentials' directory by another one, unless it is sticky,
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

    /// Why the directory cannot be used and how to fix it, as a phrase that follows its path; `nil` where it
    /// belongs to `owner` and no other user can replace its entries.
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

    /// Creates a directory and its missing parents, for this user only.
    ///
    /// - Returns: which of them could not be created, and why; `nil` on success.
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
    /// A message that follows the path.
    var message: String {
        switch reason {
        case .system(let error): error.description
        case .ownership(let fault): "\(fault)"
        }
    }
}
