import SystemPackage

/// What is mounted by itself.
package enum MountPoint {
    /// Whether something is mounted at the file `path` itself, which cannot be renamed over then
    /// (rename(2), EBUSY).
    ///
    /// A kernel before 5.8, and a sandbox such as gVisor, does not tell by statx(2); the ids of the mounts
    /// of the file and its directory tell it there (proc_pid_fdinfo(5)).
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
        guard
            let table = try? FileDescriptor.open(
                FilePath("/proc/self/fdinfo/\(file.rawValue)"), .readOnly, options: .closeOnExec)
        else { return nil }
        defer { try? table.close() }
        var bytes = [UInt8](repeating: 0, count: 1024)
        guard let count = try? bytes.withUnsafeMutableBytes({ try table.read(into: $0) })
        else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
            .split(separator: "\n").first { $0.hasPrefix("mnt_id:") }.map(String.init)
    }
}
