/// The directories that the environment chooses, by the XDG Base Directory Specification 0.8: a relative path in one
/// of its variables is ignored.
package enum UserDirectories {
    /// The home directory: `HOME`, else the user's in the passwd database, as in git and docker; `nil` where neither
    /// is known. A relative `HOME` would be another directory in each working directory, and is ignored.
    package static func home(_ environment: [String: String]) -> String? {
        absolute(environment["HOME"]) ?? absolute(UserAccount.current?.home)
    }

    /// The directory of the history: `ENCLAVIA_STATE_DIR`, else `$XDG_STATE_HOME/enclavia`, else that in `home`.
    ///
    /// - Parameter workingDirectory: empty where it was deleted: the kernel rejects the relative path then.
    package static func state(
        _ environment: [String: String], workingDirectory: String, home: String
    ) -> String {
        if let path = environment["ENCLAVIA_STATE_DIR"], !path.isEmpty {
            return path.hasPrefix("/") || workingDirectory.isEmpty
                ? path : "\(workingDirectory)/\(path)"
        }
        return
            "\(absolute(environment["XDG_STATE_HOME"]) ?? path(".local/state", in: home))/enclavia"
    }

    /// A path in a directory, which may be `/`, without repeated slashes.
    package static func path(_ path: String, in directory: String) -> String {
        (directory.split(separator: "/") + [path[...]]).reduce("") { "\($0)/\($1)" }
    }

    private static func absolute(_ path: String?) -> String? {
        path.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
