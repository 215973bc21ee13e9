/// The address of a page, from outside, that may be linked to: `https://`, and nothing in it that could mislead a
/// reader or leave the place where it is written.
struct PageAddress: Hashable {
    /// Printable ASCII without `"`, `'`, `<`, `>`, `\`, `^`, backtick, `{`, `|` and `}`.
    let text: String

    /// The characters of a URI (RFC 3986, 2), but for `'`, which may end an attribute.
    private static let characters = Set(
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&()*+,;=%")
            .utf8
    )
    private static let scheme = "https://"
    /// More than any page of a CI service has.
    private static let limit = 2048

    /// - Returns: `nil` for any other text. An address with a user's name, which may look like a host, is refused.
    init?(_ text: String) {
        let scheme = Self.scheme.utf8
        guard text.utf8.count <= Self.limit, text.lowercased().utf8.starts(with: scheme),
            text.utf8.allSatisfy(Self.characters.contains)
        else { return nil }
        let host = text.utf8.dropFirst(scheme.count)
            .prefix { !"/?#".utf8.contains($0) }
        guard let first = host.first, first != UInt8(ascii: ":"),
            !host.contains(UInt8(ascii: "@"))
        else { return nil }
        self.text = text
    }
}
