extension EventType {
    /// What all types begin with.
    package static let prefix = "io.enclavia."

    /// The type without what all begin with, such as `push.finished`.
    package var tail: String { String(rawValue.dropFirst(Self.prefix.count)) }

    /// The type of that name: in full, or its tail.
    package init?(name: String) {
        guard let type = EventType(rawValue: name) ?? EventType(rawValue: Self.prefix + name) else {
            return nil
        }
        self = type
    }
}
