/// Who pushed, from where and from which commit. Gathered by an allow-list of variables, never the whole
/// environment.
package struct PushContext: Hashable, Sendable, Codable, EmptyInitializable {
    @Nullable package var host: String?
    /// The operating system's user name.
    @Nullable package var user: String?
    @Nullable package var gitCommit: String?
    @Nullable package var gitBranch: String?
    /// Whether tracked files differ from the commit.
    @Nullable package var gitDirty: Bool?
    @Nullable package var ciProvider: String?
    @Nullable package var ciRunURL: String?
    @Nullable package var ciActor: String?

    private enum CodingKeys: String, CodingKey {
        case host, user
        case gitCommit = "git_commit"
        case gitBranch = "git_branch"
        case gitDirty = "git_dirty"
        case ciProvider = "ci_provider"
        case ciRunURL = "ci_run_url"
        case ciActor = "ci_actor"
    }

    package init() {
        self.init(host: nil)
    }

    package init(
        host: String? = nil, user: String? = nil, gitCommit: String? = nil,
        gitBranch: String? = nil, gitDirty: Bool? = nil, ciProvider: String? = nil,
        ciRunURL: String? = nil, ciActor: String? = nil
    ) {
        self.host = host
        self.user = user
        self.gitCommit = gitCommit
        self.gitBranch = gitBranch
        self.gitDirty = gitDirty
        self.ciProvider = ciProvider
        self.ciRunURL = ciRunURL
        self.ciActor = ciActor
    }
}

extension PushContext {
    /// Who pushed: the CI's actor, else the user of the operating system.
    package var actor: String? { ciActor ?? user }

    /// The context without any known secret, as ``HistoryEvent/without(_:)``.
    func without(_ secrets: SecretScrubber) -> PushContext {
        var context = self
        context.gitBranch = gitBranch.map(secrets.scrub)
        context.ciRunURL = ciRunURL.map(secrets.scrub)
        context.ciActor = ciActor.map(secrets.scrub)
        return context
    }
}
