import EnclaviaCore

/// What TAB may ask of the history. A prefix is what has been typed of the value; it may be empty.
package enum CompletionQuestion: Hashable, Sendable {
    /// Repositories, of any owner or of one.
    case repositories(owner: String?, prefix: String)
    /// Owners of repositories.
    case owners(prefix: String)
    /// Tags of a repository, of any owner or of one.
    case tagsOf(owner: String?, repository: String, prefix: String)
    /// Tags of all repositories.
    case tags(prefix: String)
    /// Digests, by a prefix; `nil` where no digit has been typed.
    case digests(prefix: DigestPrefix?)
    /// Ids of pushes.
    case pushes(prefix: String)
    /// Keys of labels, or, once there is a key, its values.
    case labels(key: String?, prefix: String)
    /// Local images, as they were typed.
    case localImages(prefix: String)
    /// Ids of enclaves that were seen.
    case enclaves(prefix: String)
}

/// One value that TAB may offer, and what can be said of it.
package struct CompletionAnswer: Hashable, Sendable {
    package let value: String
    /// When it was last pushed, or seen: RFC 3339, in UTC.
    package let moment: String?
    /// Its owner and repository, or an enclave's name.
    package var detail: String?
    package var digest: String?
    package var outcome: String?
    package var notifyOutcome: String?

    package init(
        value: String, moment: String?, detail: String? = nil, digest: String? = nil,
        outcome: String? = nil, notifyOutcome: String? = nil
    ) {
        self.value = value
        self.moment = moment
        self.detail = detail
        self.digest = digest
        self.outcome = outcome
        self.notifyOutcome = notifyOutcome
    }
}
