import EnclaviaCore
import EnclaviaSystem
import Glibc

/// The git checkout around a directory; its queries run no program of the checkout's choice.
///
/// A checkout's configuration can name programs for git to run: an `fsmonitor`, hooks, content filters, a transport
/// for objects that are missing. Each of them is turned off here.
struct GitCheckout: Sendable {
    let git: String
    private let environment: [String: String]
    private let directory: String

    /// Finds the checkout and git without starting a process.
    ///
    /// - Throws: ``CommitGraphError/noCheckout``, ``CommitGraphError/noGit`` and
    ///   ``CommitGraphError/unusableGit(path:_:)``.
    init(at directory: String, environment: [String: String]) throws(CommitGraphError) {
        guard Self.hasCheckout(above: directory) else { throw .noCheckout }
        let path = environment["PATH"]
        guard let git = ProgramSearch.find("git", in: path) else {
            guard let (git, fault) = ProgramSearch.unusable("git", in: path) else { throw .noGit }
            throw .unusableGit(path: git, fault)
        }
        self.git = git
        self.directory = directory
        self.environment = Self.hardened(environment)
    }

    /// Commit, branch, and whether tracked files differ from the commit.
    func status() async -> GitStatus? {
        guard let filters = await filters() else { return nil }
        let overrides = filters.flatMap { name in
            ["clean=", "process=", "required=false"].flatMap { ["-c", "filter.\(name).\($0)"] }
        }
        let status = command(
            overrides + [
                "status", "--porcelain=v2", "--branch", "--untracked-files=no",
                "--ignore-submodules=all", "--no-renames", "--no-ahead-behind",
            ])
        // A push goes on without a commit, which is recorded as unknown.
        guard let outcome = try? await status.collect(), outcome.isSuccess else { return nil }
        return GitStatus(
            porcelain: String(decoding: outcome.output, as: UTF8.self),
            filtersAreOff: !filters.isEmpty)
    }

    /// The names of all content filters that are configured anywhere: even the user's own obey the checkout's
    /// configuration, as git-lfs does `lfs.extension.*`.
    ///
    /// - Returns: `nil` where git cannot tell, and for a name that could not be overridden.
    private func filters() async -> Set<String>? {
        let names = command(["config", "-z", "--name-only", "--get-regexp", #"^filter\."#])
        guard let outcome = try? await names.collect(), [0, 1].contains(outcome.status) else {
            return nil
        }
        var filters: Set<String> = []
        for key in outcome.output.split(separator: 0) {
            let key = String(decoding: key, as: UTF8.self)
            guard let end = key.lastIndex(of: "."), key.hasPrefix("filter.") else { return nil }
            let name = key[..<end].dropFirst("filter.".count)
            guard !name.contains("="), !name.contains("\u{FFFD}") else { return nil }
            filters.insert(String(name))
        }
        return filters
    }

    /// A run of git, with everything turned off that the checkout could make git run.
    func command(_ arguments: [String]) -> ProgramRun {
        let hardening = [
            "core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never",
            // Replace refs and grafts of the checkout would change the parents of a commit.
            "core.useReplaceRefs=false",
        ]
        return ProgramRun(
            program: git,
            arguments: ["-C", directory, "--no-optional-locks", "--no-pager"]
                + hardening.flatMap { ["-c", $0] } + arguments,
            environment: environment, grace: .zero)
    }

    /// The environment of git: with the locations of the user's own settings, and without variables that name a
    /// repository, a program or a setting.
    private static func hardened(_ environment: [String: String]) -> [String: String] {
        let kept: Set = [
            "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
        ]
        var environment = ChildEnvironment.of(environment).filter { name, _ in
            !name.hasPrefix("GIT_") || kept.contains(name)
        }
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_NO_LAZY_FETCH"] = "1"
        environment["GIT_NO_REPLACE_OBJECTS"] = "1"
        environment["GIT_GRAFT_FILE"] = "/dev/null"
        environment["GIT_ALLOW_PROTOCOL"] = "none"
        environment["LC_ALL"] = "C"
        return environment
    }

    private static func hasCheckout(above directory: String) -> Bool {
        var path = directory
        while true {
            if access("\(path)/.git".native, F_OK) == 0 { return true }
            guard let slash = path.lastIndex(of: "/") else { return false }
            path = String(path[..<slash])
        }
    }
}
