import Glibc

/// Lists directories.
package enum DirectoryNames {
    /// The names in a directory, sorted, without `.` and `..`; none where it cannot be read.
    ///
    /// - Parameter followsLink: whether `path` may be a symbolic link to the directory.
    package static func of(_ path: String, followsLink: Bool = true) -> [String] {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor = open(path.native, flags)
        return descriptor < 0 ? [] : closing(descriptor).sorted()
    }

    /// The names in an open directory, which is then closed; none where the descriptor is negative.
    package static func closing(_ descriptor: CInt) -> [String] {
        guard descriptor >= 0 else { return [] }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(native: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
