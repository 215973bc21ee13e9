/// Who pushed, from where and from which commit. Gathered by an allow-list, never the environment
/// at large.
package struct PushContext: Hashable, Sendable {
    package var host: String?
    /// The operating system's user name.
    package var user: String?
    package var gitCommit: String?
    package var gitBranch: String?
    /// Whether tracked files differ from the commit.
    package var gitDirty: Bool?
    package var ciProvider: String?
    package var ciRunURL: String?
    package var ciActor: String?

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
