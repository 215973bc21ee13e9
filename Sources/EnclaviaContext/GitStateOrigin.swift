import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Asks git whether a checkout tracks the history's files.
package struct GitStateOrigin: StateOrigin {
    private let environment: [String: String]
    private let directory: String
    private let files: [String]
    private let limit: Duration

    /// - Parameters:
    ///   - environment: the user's.
    ///   - directory: the state directory.
    ///   - files: the files and directories, in it or not, that pushes are read from.
    ///   - limit: the longest that one checkout's git may take.
    package init(
        environment: [String: String], directory: String, files: [String],
        limit: Duration = .seconds(2)
    ) {
        self.environment = environment
        self.directory = directory
        self.files = files
        self.limit = limit
    }

    /// Checks a checkout within another, and the outer one, too. Follows symbolic links; a committed link in the
    /// place of a file of the history counts as that file.
    package func trackingCheckout() async -> TrackingCheckout? {
        var places: [String: Set<String>] = [:]
        for file in files {
            for path in Set([Self.resolved(file), Self.place(of: file)].compactMap(\.self)) {
                for checkout in Self.checkouts(above: path) {
                    places[checkout, default: []].insert(path)
                }
            }
        }
        for (checkout, paths) in places.sorted(by: { $0.key < $1.key }) {
            switch await isTracked(paths.sorted(), in: checkout) {
            case false: continue
            case let response:
                return TrackingCheckout(
                    state: directory, checkout: checkout, isCertain: response != nil)
            }
        }
        return nil
    }

    /// - Returns: whether the checkout tracks any of the paths; `nil` if that is unknown.
    private func isTracked(_ paths: [String], in checkout: String) async -> Bool? {
        // There is no git, or none that can be run.
        guard let git = try? GitCheckout(at: checkout, environment: environment) else {
            return nil
        }
        let inside = paths.compactMap { Self.relative($0, to: checkout) }
        // Only the index is read; a directory stands for all that is in it.
        let command = git.command(
            // Also allow another user's checkout: git reads its index alone, and runs nothing of it.
            ["-c", "safe.directory=*", "--literal-pathspecs", "ls-files", "-z", "--cached", "--"]
                + inside)
        let outcome: ProgramRun.Outcome? = try? await withTimeLimit(limit) {
            try await command.collect()
        }
        guard let outcome, outcome.isSuccess else { return nil }
        return !outcome.output.isEmpty
    }

    private static func relative(_ path: String, to top: String) -> String? {
        let prefix = top == "/" ? "/" : "\(top)/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
    }

    /// The directories above `path` with a `.git` in them: a repository, or a file, as worktrees and submodules
    /// have it.
    private static func checkouts(above path: String) -> [String] {
        var found: [String] = []
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            let directory = rest.isEmpty ? "/" : String(rest)
            let repository = FilePath(native: "\(directory)/.git")
            guard let status = repository.status else { continue }
            // Git itself passes over a directory without a HEAD.
            let isEmpty = status.type == .directory && repository.appending("HEAD").status == nil
            if !isEmpty { found.append(directory) }
        }
        return found
    }

    /// `path` with all symbolic links resolved except for its last component, which need not exist; `nil` if its
    /// directory does not exist.
    private static func place(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return resolved(String(path[..<slash])).map { $0 + path[slash...] }
    }

    /// `path` without symbolic links; `nil` where it does not exist.
    private static func resolved(_ path: String) -> String? {
        (try? FilePath(native: path).resolved())?.native
    }
}
