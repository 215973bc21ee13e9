import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Finds files of the history that others can use, or that are not the user's own.
struct FileAudit {
    private static let ownerAll: UInt16 = 0o700
    private static let ownerFile: UInt16 = 0o600

    private let paths: StorePaths

    init(_ paths: StorePaths) {
        self.paths = paths
    }

    func findings() -> [StoreSurvey.UnsafeFile] {
        let directories = [paths.stateDirectory, paths.running] + paths.spools
        let files =
            ["", "-wal", "-shm", "-journal"].map {
                paths.stateDirectory.appending("history.db\($0)")
            }
            + [paths.databaseLock, paths.eventLog, paths.checkpoints]
            + paths.spools.flatMap { directory in
                DirectoryTree.names(in: directory.native, followsLink: false).map {
                    directory.appending(native: $0)
                }
            }
        return directories.compactMap { danger($0, wanted: Self.ownerAll) }
            + files.compactMap { danger($0, wanted: Self.ownerFile) }
    }

    /// Accepts directories of root, and a symbolic link in place of a directory, without checking its target.
    private func danger(_ path: FilePath, wanted: UInt16) -> StoreSurvey.UnsafeFile? {
        guard let status = path.status else { return nil }
        let bits = UInt16(truncatingIfNeeded: status.permissions.rawValue & 0o777)
        let owner: Owner = status.type == .directory ? .thisUserOrRoot : .thisUser
        let danger: StoreSurvey.Danger
        if status.type == .symbolicLink {
            guard wanted == Self.ownerFile else { return nil }
            danger = .symbolicLink
        } else if !owner.includes(status.userID) {
            danger = .foreignOwner(uid: status.userID.rawValue)
        } else if status.isOpenToOthers {
            danger = .open(mode: bits, wanted: wanted)
        } else {
            return nil
        }
        return StoreSurvey.UnsafeFile(path: path.string, danger: danger)
    }
}
