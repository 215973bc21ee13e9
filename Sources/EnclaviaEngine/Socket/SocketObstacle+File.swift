import EnclaviaCore
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
            Self.name(of: group).map { .group($0, isMember: Self.userIsMember(of: group)) }
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

    /// Whether the machine's databases have the user in the group; a session keeps the groups that the
    /// user had at the login.
    private static func userIsMember(of group: gid_t) -> Bool {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return false }
        var groups = [gid_t](repeating: 0, count: 1024)
        var count = Int32(groups.count)
        guard getgrouplist(name, entry.pw_gid, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(group)
    }
}
