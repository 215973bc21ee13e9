import Glibc
import SystemPackage

/// Why a file or directory is not this user's alone.
package enum OwnershipFault: Error, Hashable {
    case symbolicLink
    case notRegular
    case notDirectory
    case otherOwner(uid: UInt32)
    /// Others can write to it.
    case writable
}

/// Who may own a file or directory.
package enum Owner: Sendable {
    case thisUser
    /// Root can change everything anyway. The rule of ssh for its configuration (ssh_config(5), FILES).
    case thisUserOrRoot
    case anyone

    package func includes(_ user: UserID) -> Bool {
        switch self {
        case .thisUser: user.rawValue == geteuid()
        case .thisUserOrRoot: user.rawValue == geteuid() || user.rawValue == 0
        case .anyone: true
        }
    }
}

extension Stat {
    /// Whether others than its owner can write to it.
    package var isWritableByOthers: Bool { permissions.rawValue & 0o022 != 0 }

    /// Whether others than its owner can do anything with it.
    package var isOpenToOthers: Bool { permissions.rawValue & 0o077 != 0 }

    /// Checks a file that this program is about to write: a regular one of `owner`'s.
    package func checkOwnFile(of owner: Owner = .thisUser) throws(OwnershipFault) {
        if type == .symbolicLink { throw .symbolicLink }
        guard type == .regular else { throw .notRegular }
        guard owner.includes(userID) else { throw .otherOwner(uid: userID.rawValue) }
    }

    /// Checks a file whose content this program relies on: a regular one that nobody but this user and root
    /// can have written.
    package func checkTrustedFile() throws(OwnershipFault) {
        guard type == .regular else { throw .notRegular }
        guard Owner.thisUserOrRoot.includes(userID) else {
            throw .otherOwner(uid: userID.rawValue)
        }
        guard !isWritableByOthers else { throw .writable }
    }

    /// Checks a directory, in which nobody but `owner` may replace what is there.
    ///
    /// - Parameter allowsSticky: whether others may write to it where it is sticky, as `/tmp` is: they can
    ///   neither rename nor remove what is there then (inode(7)), and can make new names.
    package func checkDirectory(
        of owner: Owner, allowsSticky: Bool = false
    ) throws(OwnershipFault) {
        guard type == .directory else { throw .notDirectory }
        guard owner.includes(userID) else { throw .otherOwner(uid: userID.rawValue) }
        let isSticky = allowsSticky && permissions.contains(.saveText)
        guard !isWritableByOthers || isSticky else { throw .writable }
    }
}

/// Why something cannot be done with a file or directory.
package struct FileFault: Error, Hashable {
    package enum Reason: Hashable, Sendable {
        case system(Errno)
        case ownership(OwnershipFault)
    }

    package let path: FilePath
    package let reason: Reason

    package init(_ path: FilePath, _ error: Errno) {
        self.path = path
        reason = .system(error)
    }

    package init(_ path: FilePath, ownership fault: OwnershipFault) {
        self.path = path
        reason = .ownership(fault)
    }

    /// The error of the system; `nil` where the file is not this user's alone.
    package var error: Errno? {
        if case .system(let error) = reason { error } else { nil }
    }
}
