import Hummingbird

/// The type of a header's name, which Hummingbird hands on without its name.
typealias FieldName = HTTPFields.Element.Name

extension FieldName {
    /// draft-ietf-httpapi-idempotency-key-header
    static let idempotencyKey = literal("Idempotency-Key")
    /// The distribution registry's digest of what it answers with.
    static let contentDigest = literal("Docker-Content-Digest")

    private static func literal(_ text: String) -> FieldName {
        guard let name = FieldName(text) else {
            preconditionFailure("\(text) is not a header name")
        }
        return name
    }
}
