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
