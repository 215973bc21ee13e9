/// The issuer and the subject of a certificate, which the TLS library does not show.
///
/// Source: RFC 5280, 4.1; X.690 (DER).
struct CertificateNames: Hashable, Sendable {
    private let issuer: ArraySlice<UInt8>
    private let subject: ArraySlice<UInt8>

    /// - Parameter der: the whole certificate.
    /// - Returns: `nil` where `der` is not a certificate.
    init?(der: [UInt8]) {
        var file = Reader(rest: der[...])
        guard let certificate = file.next(0x30) else { return nil }
        var outer = Reader(rest: certificate)
        guard let content = outer.next(0x30) else { return nil }
        var fields = Reader(rest: content)
        // A version 1 certificate omits its version.
        _ = fields.next(0xA0)
        guard fields.next(0x02) != nil, fields.next(0x30) != nil, let issuer = fields.next(0x30),
            fields.next(0x30) != nil, let subject = fields.next(0x30)
        else { return nil }
        self.issuer = issuer
        self.subject = subject
    }

    /// Whether the certificate says that it was issued by itself.
    var isSelfIssued: Bool { issuer == subject }

    /// The common name of the issuer, else its organisation.
    var issuerName: String? {
        Self.text([0x55, 0x04, 0x03], issuer) ?? Self.text([0x55, 0x04, 0x0A], issuer)
    }

    /// The text under the attribute with that object identifier.
    private static func text(_ identifier: [UInt8], _ name: ArraySlice<UInt8>) -> String? {
        var sets = Reader(rest: name)
        while let set = sets.next(0x31) {
            var inner = Reader(rest: set)
            guard let attribute = inner.next(0x30) else { continue }
            var parts = Reader(rest: attribute)
            guard let found = parts.next(0x06), Array(found) == identifier else { continue }
            // UTF8String, PrintableString and IA5String; the older ones are not read.
            guard let value = parts.next(0x0C) ?? parts.next(0x13) ?? parts.next(0x16) else {
                continue
            }
            return String(decoding: value, as: UTF8.self).nonEmpty
        }
        return nil
    }

    /// Takes elements from the front, each a tag, a length and a content.
    private struct Reader {
        var rest: ArraySlice<UInt8>

        /// The content of the next element; `nil`, with nothing taken, unless it has that tag.
        mutating func next(_ tag: UInt8) -> ArraySlice<UInt8>? {
            guard rest.first == tag, var length = rest.dropFirst().first.map(Int.init) else {
                return nil
            }
            var content = rest.dropFirst(2)
            if length >= 0x80 {
                let count = length & 0x7F
                guard (1...3).contains(count), content.count >= count else { return nil }
                length = content.prefix(count).reduce(0) { $0 << 8 | Int($1) }
                content = content.dropFirst(count)
            }
            guard content.count >= length else { return nil }
            rest = content.dropFirst(length)
            return content.prefix(length)
        }
    }
}
