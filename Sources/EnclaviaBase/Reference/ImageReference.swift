/// A full image reference, `registry/owner/repository:tag`.
package struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// `host` or `host:port`.
    package let registry: String
    package let owner: String
    package let repository: String
    package let tag: String

    package init(registry: String, owner: String, repository: String, tag: String) {
        self.registry = registry
        self.owner = owner
        self.repository = repository
        self.tag = tag
    }

    /// Reads `registry/owner/repository:tag`, every part of which must be there.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty else { return nil }
        let pieces = Substring(parts[2]).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pieces.count == 2, ReferenceGrammar.isPathComponent(Substring(parts[1])),
            ReferenceGrammar.isPathComponent(pieces[0]), ReferenceGrammar.isTag(pieces[1])
        else { return nil }
        self.init(
            registry: String(parts[0]), owner: String(parts[1]), repository: String(pieces[0]),
            tag: String(pieces[1]))
    }

    /// `registry/owner/repository`.
    package var name: String { "\(registry)/\(owner)/\(repository)" }

    /// The name in the registry's own API, `owner/repository`.
    package var path: String { "\(owner)/\(repository)" }

    package var description: String { "\(name):\(tag)" }
}
