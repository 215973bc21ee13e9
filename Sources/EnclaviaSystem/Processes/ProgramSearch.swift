import EnclaviaCore
import Glibc

/// Finds programs by name.
package enum ProgramSearch {
    /// The first executable file of that name, in `searchPath` unless it is a path. Skips relative directories,
    /// because they would let the working directory decide what is run.
    package static func find(_ name: String, in searchPath: String?) -> String? {
        candidates(name, in: searchPath).first(where: isExecutable)
    }

    /// The first file of that name that cannot be run, and why.
    package static func unusable(
        _ name: String, in searchPath: String?
    ) -> (path: String, fault: ProgramFault)? {
        for path in candidates(name, in: searchPath) {
            if let fault = ProgramFault(at: path) { return (path, fault) }
        }
        return nil
    }

    private static func candidates(_ name: String, in searchPath: String?) -> [String] {
        guard !name.isEmpty else { return [] }
        if name.contains("/") { return [name] }
        let directories = (searchPath ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return directories.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        guard stat(path.native, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return false
        }
        return access(path.native, X_OK) == 0
    }
}
