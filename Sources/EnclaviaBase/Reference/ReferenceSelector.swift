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
