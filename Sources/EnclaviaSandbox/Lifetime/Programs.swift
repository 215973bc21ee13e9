import Foundation

/// Finds the programs that the sandbox starts.
enum Programs {
    /// The search path, with the folders of system daemons, which a user's path may lack.
    static var path: String {
        let own = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return own + ":/usr/local/sbin:/usr/sbin:/sbin"
    }

    /// The absolute path of `name`, nil where there is no such program.
    static func find(_ name: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }
            .first(where: FileManager.default.isExecutableFile)
    }
}
