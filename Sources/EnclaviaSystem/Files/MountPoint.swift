import SystemPackage

/// Detects mount points.
package enum MountPoint {
    /// Whether something is mounted at the file `path` itself, which cannot be renamed over then
    /// (rename(2), EBUSY).
    ///
    /// A kernel before 5.8, and a sandbox such as gVisor, does not report this by statx(2). There, the ids of the
    /// mounts of the file and its directory are compared (proc_pid_fdinfo(5)).
    package static func contains(_ path: FilePath) -> Bool {
        if FileAttributes(path)?.isMountRoot == true { return true }
        guard let own = identifier(of: path),
            let parent = identifier(of: path.removingLastComponent())
        else { return false }
        return own != parent
    }

    /// The id of the mount that `path` lies on; `nil` where it cannot be opened, or without /proc.
    package static func identifier(of path: FilePath) -> String? {
        guard
            let file = try? FileDescriptor.open(
                path, .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        else { return nil }
        // Nothing was written through it.
        defer { try? file.close() }
        let table = FilePath("/proc/self/fdinfo/\(file.rawValue)")
        return (try? BoundedFile(table, limit: 1024))?.text
            .split(separator: "\n").first { $0.hasPrefix("mnt_id:") }.map(String.init)
    }
}
