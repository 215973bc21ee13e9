/// One push, as a person names it.
package enum PushSelector: Hashable, Sendable {
    /// A whole id, or at least six characters of its beginning or its end.
    case id(String)
    /// `sha256:` and a prefix, or more digits than an id has: the newest push of that digest.
    case digest(DigestPrefix)

    /// The fewest characters that select an id.
    package static let shortest = 6
    /// The characters of a whole id.
    private static let longest = 36

    /// Reads what was typed, in upper or lower case; `nil` where it is neither an id nor a digest.
    package init?(_ text: String) {
        let text = text.lowercased()
        if text.hasPrefix(DigestPrefix.algorithm) {
            guard let prefix = DigestPrefix(text) else { return nil }
            self = .digest(prefix)
        } else {
            let isPart = text.utf8.allSatisfy {
                ReferenceGrammar.isLowerHex($0) || $0 == UInt8(ascii: "-")
            }
            let isLong = text.utf8.count > Self.longest
            guard isPart, text.utf8.count >= Self.shortest else { return nil }
            guard isLong else {
                self = .id(text)
                return
            }
            guard let prefix = DigestPrefix(text) else { return nil }
            self = .digest(prefix)
        }
    }
}

/// The result of a search for a push.
package enum PushSelection: Hashable, Sendable {
    case found(StoredPush)
    case none
    /// The candidates, newest first, at most ten of `total`.
    case ambiguous([StoredPush], total: Int)
}

/// A reference, as a person names it to search the history.
package struct ReferenceSelector: Hashable, Sendable {
    /// `nil`: any registry.
    package let registry: String?
    /// `nil`: the only owner known.
    package let owner: String?
    package let repository: String
    package let tag: String

    package init(registry: String?, owner: String?, repository: String, tag: String) {
        self.registry = registry
        self.owner = owner
        self.repository = repository
        self.tag = tag
    }

    /// Reads a destination, or a full `registry/owner/repository:tag`.
    ///
    /// - Throws: the rule of the destination grammar that `text` breaks.
    package init(_ text: String) throws(DestinationError) {
        if let full = ImageReference(text) {
            self.init(
                registry: full.registry, owner: full.owner, repository: full.repository,
                tag: full.tag)
        } else {
            let destination = try Destination(text)
            self.init(
                registry: nil, owner: destination.owner, repository: destination.repository,
                tag: destination.tag)
        }
    }
}
