/// Whose account a login or a logout was about.
package struct AccountMark: Hashable, Sendable, Codable, JSONDescribed {
    package let backend: String
    @Nullable package private(set) var handle: String?
    /// The machine where it happened; `nil` where it has no name, and in events of the versions that named it
    /// as their source.
    @Nullable package private(set) var host: String?

    package init(backend: String, handle: String?, host: String?) {
        self.backend = backend
        self.handle = handle
        self.host = host
    }

    private enum CodingKeys: String, CodingKey {
        case backend, handle, host
    }

    package static let jsonSchema = JSONSchema.object(
        [.init("backend", .text)],
        optional: [.init("handle", .nullable(.text)), .init("host", .nullable(.text))])
}
