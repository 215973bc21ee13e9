/// Where a push goes, as the user typed it: `<repo>[:<tag>]` or `<owner>/<repo>[:<tag>]`.
///
/// The registry is never part of it: the backend names the registry and the caller's namespace in it.
package struct Destination: Hashable, Sendable {
    /// The tag where none is named.
    package static let defaultTag = "latest"

    /// The text as typed.
    package let text: String
    /// The owner, or `nil` where none was typed: then it is the caller's handle.
    package let owner: String?
    package let repository: String
    /// The tag; ``defaultTag`` where none was typed.
    package let tag: String

    /// Reads a destination, without any I/O.
    ///
    /// - Throws: the first rule of the destination grammar that `text` breaks.
    package init(_ text: String) throws(DestinationError) {
        try Self.checkCharacters(text)
        if let at = text.firstIndex(of: "@") { throw .digest(String(text[at...].dropFirst())) }

        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if let host = Self.registryHost(parts) { throw .registryHost(host) }
        guard parts.count <= 2 else { throw .tooManyParts(text) }

        let last = parts[parts.count - 1]
        let pieces = last.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let repository = pieces[0]
        if parts.count == 2 { try Self.checkComponent(parts[0], as: .owner) }
        try Self.checkComponent(repository, as: .repository)
        let tag = pieces.count == 2 ? pieces[1] : Self.defaultTag[...]
        try Self.checkTag(tag)

        self.text = text
        self.owner = parts.count == 2 ? String(parts[0]) : nil
        self.repository = String(repository)
        self.tag = String(tag)
    }

    /// The reference this destination means in `registry`, for the caller whose namespace is `handle`.
    ///
    /// - Throws: ``DestinationError/notYours(owner:handle:)`` when another owner was typed,
    ///   ``DestinationError/nameTooLong(_:)`` when `registry/owner/repository` exceeds 255 bytes.
    package func reference(
        registry: String, handle: String
    ) throws(DestinationError) -> ImageReference {
        if let owner, owner != handle { throw .notYours(owner: owner, handle: handle) }
        let reference = ImageReference(
            registry: registry, owner: handle, repository: repository, tag: tag)
        guard reference.name.utf8.count <= ReferenceGrammar.nameLimit else {
            throw .nameTooLong(reference.name)
        }
        return reference
    }
}

extension Destination {
    private static func checkCharacters(_ text: String) throws(DestinationError) {
        guard !text.isEmpty else { throw .empty(.repository) }
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace { throw .whiteSpace(text) }
            if scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value) {
                throw .controlCharacter(text)
            }
        }
    }

    /// What Docker would take for a host: a colon or the name `localhost` before a slash, or a dot in
    /// the first of three parts. In the first of two parts a dot is legal, since owners may hold one.
    private static func registryHost(_ parts: [Substring]) -> String? {
        guard parts.count >= 2 else { return nil }
        let first = parts[0]
        let isHost =
            first == "localhost" || first.contains(":") || (parts.count > 2 && first.contains("."))
        return isHost ? String(first) : nil
    }

    private static func checkComponent(
        _ text: Substring, as part: DestinationError.Part
    ) throws(DestinationError) {
        guard !text.isEmpty else { throw .empty(part) }
        if text.utf8.contains(where: ReferenceGrammar.isUpper) {
            throw .upperCase(part, String(text))
        }
        guard text.utf8.count <= ReferenceGrammar.componentLimit else {
            throw .componentTooLong(part, String(text))
        }
        guard ReferenceGrammar.isPathComponent(text) else {
            throw .badComponent(part, String(text))
        }
    }

    private static func checkTag(_ tag: Substring) throws(DestinationError) {
        guard !tag.isEmpty else { throw .empty(.tag) }
        guard tag.utf8.count <= ReferenceGrammar.tagLimit else { throw .tagTooLong(String(tag)) }
        guard ReferenceGrammar.isTag(tag) else { throw .badTag(String(tag)) }
    }
}

/// The rule of the destination grammar that a text breaks, with the part that breaks it.
package enum DestinationError: Error, Hashable, Sendable {
    /// The parts that a destination is made of.
    package enum Part: String, Hashable, Sendable {
        case owner, repository, tag
    }

    case empty(Part)
    case whiteSpace(String)
    case controlCharacter(String)
    /// `app@sha256:…`: a push determines its digest, so none can be given.
    case digest(String)
    /// A registry host was typed; the backend names the registry.
    case registryHost(String)
    /// More than one slash.
    case tooManyParts(String)
    case upperCase(Part, String)
    case badComponent(Part, String)
    case componentTooLong(Part, String)
    case badTag(String)
    case tagTooLong(String)
    /// `registry/owner/repository` exceeds 255 bytes.
    case nameTooLong(String)
    /// Only the caller's own namespace can be pushed to.
    case notYours(owner: String, handle: String)
}
