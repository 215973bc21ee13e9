/// The kind of a value, which determines its candidates.
package enum ValueKind: Hashable, Sendable {
    /// One of these words; one that ends in a colon is followed by more text.
    case words([String])
    /// An image of the engine.
    case localImage
    /// `<repo>:<tag>`, offered one half after the other.
    case destination
    /// A destination, or the full `registry/owner/repo:tag`, offered one part after the other.
    case reference
    /// What `history list` matches: a repository, then a repository with a tag.
    case glob
    case repository
    case tag
    case digest
    /// A push by the end of its id or by its id, or a digest where one is being typed.
    case push
    /// A push, or a reference, which stands for its newest push.
    case pushOrReference
    /// A commit that was pushed.
    case commit
    /// A host that pushes came from.
    case host
    /// Who pushed.
    case user
    /// `KEY=VALUE`, offered one half after the other.
    case label
    case enclave
    case time
    case file
    /// Free text, which has no candidates.
    case free
}
