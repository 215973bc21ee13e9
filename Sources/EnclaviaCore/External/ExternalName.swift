import EnclaviaBase

/// The name of an image in the output of another tool: `[registry/][owner/]repository[:tag]`.
///
/// Source: <https://github.com/distribution/reference/blob/main/reference.go>, the grammar of `name [":" tag]`.
package struct ExternalName: Hashable, Sendable {
    /// The text, for messages.
    package let text: String
    /// The parts between slashes: the registry or the owner first, the repository last.
    private let parts: [String]
    /// `nil` where the name has none.
    package let tag: String?

    /// `nil` where `text` breaks the grammar.
    package init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard let last = parts.popLast() else { return nil }
        let pieces = last.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        parts.append(String(pieces[0]))
        if pieces.count == 2 {
            guard ReferenceGrammar.isTag(pieces[1]) else { return nil }
            tag = String(pieces[1])
        } else {
            tag = nil
        }
        let path = parts.count > 1 && Self.isRegistry(parts[0]) ? parts.dropFirst() : parts[...]
        guard path.allSatisfy({ ReferenceGrammar.isPathComponent($0[...]) }) else { return nil }
        self.text = text
        self.parts = parts
    }

    /// Whether container tools read the first part of a name as a registry.
    ///
    /// Source: `splitDockerDomain` (distribution/reference, normalize.go).
    private static func isRegistry(_ part: String) -> Bool {
        (part == "localhost" || part.contains(".") || part.contains(":"))
            && ReferenceGrammar.isRegistry(part)
    }

    /// The same name with another tag.
    package func tagged(_ tag: String) -> ExternalName? {
        ExternalName(parts.joined(separator: "/") + ":" + tag)
    }

    /// The reference that the name means for the account of `access`.
    ///
    /// - Parameter destination: what the user named, whose tag stands for a missing one; `nil` where any repository
    ///   of the account is meant, and `latest` stands for a missing tag.
    /// - Throws: ``ExternalNameError``.
    func reference(
        for destination: Destination?, _ access: RegistryAccess
    ) throws(ExternalNameError) -> ImageReference {
        var path = parts[...]
        // In `a.b/app`, `a.b` is a registry to other tools, and may be an owner here.
        if let first = path.first, path.count > 1, first != access.handle || path.count > 2,
            Self.isRegistry(first)
        {
            guard first == access.registry else {
                throw .otherRegistry(first, own: access.registry)
            }
            path.removeFirst()
            guard path.count > 1 else { throw .noOwner }
        }
        guard path.count <= 2, let repository = path.last else { throw .tooManyParts }
        if let owner = path.first, path.count == 2, owner != access.handle {
            throw .otherOwner(owner, handle: access.handle)
        }
        if let destination, destination.repository != repository {
            throw .otherRepository(repository, wanted: destination.repository)
        }
        let reference = ImageReference(
            registry: access.registry, owner: access.handle, repository: repository,
            tag: tag ?? destination?.tag ?? Destination.defaultTag)
        guard reference.name.utf8.count <= ReferenceGrammar.nameLimit else { throw .tooLong }
        return reference
    }
}

/// Why the name of an image is none of the account's, or of the destination's.
package enum ExternalNameError: Error, Hashable, Sendable {
    case otherRegistry(String, own: String)
    case otherOwner(String, handle: String)
    case otherRepository(String, wanted: String)
    /// The registry is followed by a single part.
    case noOwner
    /// More parts than an owner and a repository.
    case tooManyParts
    /// `registry/owner/repository` exceeds 255 bytes.
    case tooLong
}
