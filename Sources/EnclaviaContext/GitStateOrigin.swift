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
    ///   - files: the files and directories in it, or elsewhere, that pushes are read from.
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

    /// A checkout within another is asked, and the other one, too. Symbolic links are followed; a link that a
    /// commit holds in the place of a file of the history counts as that file.
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
            case let answer:
                return TrackingCheckout(
                    state: directory, checkout: checkout, isCertain: answer != nil)
            }
        }
        return nil
    }

    /// - Returns: `nil` where git does not tell.
    private func isTracked(_ paths: [String], in checkout: String) async -> Bool? {
        // Without git, or one that can be run, nobody can tell.
        guard let git = try? GitCheckout(at: checkout, environment: environment) else {
            return nil
        }
        let inside = paths.compactMap { Self.relative($0, to: checkout) }
        // Only the index is read; a directory stands for all that is in it.
        let command = git.command(
            // Another user's checkout is asked, too: the index alone is read, and nothing of it is run.
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

    /// Where `path` lies, or lay before it was taken away: all links followed but one that it is itself; `nil`
    /// where its directory does not exist.
    private static func place(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return resolved(String(path[..<slash])).map { $0 + path[slash...] }
    }

    /// `path` without symbolic links; `nil` where it does not exist.
    private static func resolved(_ path: String) -> String? {
        (try? FilePath(native: path).resolved())?.native
    }
}
