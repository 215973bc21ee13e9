import EnclaviaCore
import EnclaviaSystem
import Glibc

extension SocketObstacle {
    /// Looks at the file, and connects to it without sending anything.
    ///
    /// - Returns: `nil` where something listens, and where the file does not tell what is wrong.
    package init?(at path: String) {
        var status = stat()
        guard stat(path.native, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR, ELOOP: self = .missing
            case EACCES: self = .hidden
            default: return nil
            }
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: break
        case S_IFDIR:
            self = .directory
            return
        default:
            self = .file
            return
        }
        switch EngineSocket.connectError(path) {
        case ECONNREFUSED: self = .deserted
        case EACCES: self = .forbidden(SocketAccess(mode: status.st_mode, group: status.st_gid))
        default: return nil
        }
    }
}

extension SocketAccess {
    /// - Parameters:
    ///   - mode: the mode of a socket that the user may not write to.
    ///   - group: the socket's group. Root's is nothing to add a user to.
    package init(mode: mode_t, group: gid_t) {
        guard mode & S_IWGRP != 0, group != 0 else {
            self = .owner
            return
        }
        self =
            Self.name(of: group).map {
                .group($0, isMember: UserAccount.current?.isMember(of: group) ?? false)
            }
            ?? .unnamedGroup(group)
    }

    private static func name(of group: gid_t) -> String? {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 65536)
        guard getgrgid_r(group, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.gr_name
        else { return nil }
        return String(cString: name)
    }
}
