/// Selects pushes, and their order.
///
/// Values of one field are alternatives. The conditions on different fields, and on different label keys, must all
/// hold.
package struct HistoryQuery: Hashable, Sendable {
    /// SQLite GLOB patterns, each against `owner/repo:tag`, `repo:tag`, `owner/repo`, `repo` and the full
    /// reference.
    package var globs: [String] = []
    package var repositories: [RepositoryFilter] = []
    package var tags: [String] = []
    package var digestPrefixes: [DigestPrefix] = []
    /// The first moment, inclusive, of `started_at`.
    package var since: Timestamp?
    /// The last moment, exclusive, of `started_at`.
    package var until: Timestamp?
    package var outcomes: [PushOutcome] = []
    package var notifyOutcomes: [NotifyOutcome] = []
    /// Prefixes of the working directory's commit or the image's revision.
    package var commitPrefixes: [String] = []
    package var hosts: [String] = []
    /// The operating system's users, or CI actors.
    package var users: [String] = []
    package var labels: [LabelFilter] = []
    /// Only pushes that created or moved their tag.
    package var movesOnly = false
    package var limit: Int?
    /// Oldest first.
    package var isReversed = false

    package init() {}
}

/// A repository by name, in any namespace of any registry or in one.
package struct RepositoryFilter: Hashable, Sendable {
    package let registry: String?
    package let owner: String?
    package let repository: String

    package init(registry: String? = nil, owner: String?, repository: String) {
        self.registry = registry
        self.owner = owner
        self.repository = repository
    }
}

/// A label by key, with any value or with one.
package struct LabelFilter: Hashable, Sendable {
    package let key: String
    package let value: String?

    package init(key: String, value: String?) {
        self.key = key
        self.value = value
    }
}
