/// One challenge of a `WWW-Authenticate` header.
///
/// Source: RFC 9110, 11.6.1 (formerly RFC 7235): a comma-separated list of schemes, each with a
/// comma-separated list of parameters, so that a comma may end either; quoted values may hold commas.
package struct Challenge: Hashable, Sendable {
    /// In lower case.
    package let scheme: String
    /// By name in lower case; the first of several with one name counts.
    package let parameters: [String: String]

    package init(scheme: String, parameters: [String: String]) {
        self.scheme = scheme
        self.parameters = parameters
    }

    /// The challenges in `headers`, in their order; the parser stops at the first syntax error of a header.
    package static func parse(_ headers: [String]) -> [Challenge] {
        headers.flatMap { header in
            var reader = Reader(bytes: Array(header.utf8))
            return reader.challenges()
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func challenges() -> [Challenge] {
            var found: [Challenge] = []
            while true {
                skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }
                guard let scheme = token() else { return found }
                var parameters: [String: String] = [:]
                if skip({ $0 == 0x20 || $0 == 0x09 }) > 0 {
                    if !takeToken68() { readParameters(into: &parameters) }
                }
                found.append(Challenge(scheme: scheme.lowercased(), parameters: parameters))
            }
        }

        /// Reads `name=value` pairs up to the next challenge.
        private mutating func readParameters(into parameters: inout [String: String]) {
            while true {
                let start = index
                skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }
                guard let name = token() else {
                    index = start
                    return
                }
                skipSpace()
                guard peek == 0x3D else {
                    index = start
                    return
                }
                index += 1
                skipSpace()
                guard let value = peek == 0x22 ? quoted() : token() else {
                    index = bytes.count
                    return
                }
                let key = name.lowercased()
                if parameters[key] == nil { parameters[key] = value }
                skipSpace()
                guard peek == 0x2C else { return }
            }
        }

        /// Skips base64-like text that ends the challenge, such as that of `Negotiate`.
        private mutating func takeToken68() -> Bool {
            let start = index
            let length = skip { Self.isTokenCharacter($0) || $0 == 0x2F }
            skip { $0 == 0x3D }
            skipSpace()
            if length > 0, peek == nil || peek == 0x2C { return true }
            index = start
            return false
        }

        private mutating func token() -> String? {
            let start = index
            skip(Self.isTokenCharacter)
            return index == start ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
        }

        private mutating func quoted() -> String? {
            index += 1
            var value: [UInt8] = []
            while let byte = peek {
                index += 1
                switch byte {
                case 0x22:
                    return String(decoding: value, as: UTF8.self)
                case 0x5C:
                    guard let escaped = peek else { return nil }
                    value.append(escaped)
                    index += 1
                default:
                    value.append(byte)
                }
            }
            return nil
        }

        private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

        private mutating func skipSpace() {
            skip { $0 == 0x20 || $0 == 0x09 }
        }

        @discardableResult
        private mutating func skip(_ belongs: (UInt8) -> Bool) -> Int {
            let start = index
            while index < bytes.count, belongs(bytes[index]) { index += 1 }
            return index - start
        }

        private static func isTokenCharacter(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }
}
