import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

extension SocketObstacle {
    /// Examines the file, and connects to it without sending data.
    ///
    /// - Returns: `nil` where the connection succeeds, and where the cause of the failure is unknown.
    package init?(at path: String) {
        let status: Stat
        do throws(Errno) {
            status = try FilePath(native: path).stat()
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels:
                self = .missing
            case .permissionDenied: self = .directoryNotSearchable
            default: return nil
            }
            return
        }
        switch status.type {
        case .socket: break
        case .directory:
            self = .directory
            return
        default:
            self = .file
            return
        }
        switch EngineSocket.connectError(path) {
        case ECONNREFUSED: self = .connectionRefused
        case EACCES:
            self = .forbidden(
                SocketAccess(
                    mode: status.mode.rawValue, group: status.groupID.rawValue))
        default: return nil
        }
    }
}

extension SocketAccess {
    /// - Parameters:
    ///   - mode: the mode of a socket that the user may not write to.
    ///   - group: the socket's group. Users should not be added to root's.
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
