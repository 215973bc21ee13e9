/// The rule of the destination grammar that a text breaks, with the part that breaks it.
package enum DestinationError: Error, Hashable, Sendable {
    /// The parts that a destination is made of.
    package enum Part: String, Hashable, Sendable {
        case owner, repository, tag
    }

    case empty(Part)
    case whiteSpace(String)
    case controlCharacter(String)
    /// `app@sha256:…`: the digest of a push is an answer, not a wish.
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
