/// The name of one history's chain of events: a UUID of version 7, made with the history. A copy of the history
/// has the same name, and is a fork once both have grown.
package struct ChainID: Hashable, Sendable, CustomStringConvertible {
    /// The canonical text of the UUID, in lower case.
    package let text: String

    package init(_ id: PushID) {
        text = id.text
    }

    /// `nil` unless `text` is a UUID of version 7 in canonical lower case.
    package init?(_ text: some StringProtocol) {
        guard let id = PushID(text) else { return nil }
        self.init(id)
    }

    package var description: String { text }

    /// The `source` of the chain's events.
    ///
    /// Source: RFC 9562, section 4, for the URN.
    package var source: String { Self.sourcePrefix + text }

    /// The `source` of an event whose chain could not be read when it was logged: the nil UUID, which no chain has
    /// (RFC 9562, section 5.9).
    static let unknownSource = sourcePrefix + "00000000-0000-0000-0000-000000000000"

    /// The prefix of every event's source, except in events of older versions, which name the host there.
    package static let sourcePrefix = "urn:uuid:"
}
