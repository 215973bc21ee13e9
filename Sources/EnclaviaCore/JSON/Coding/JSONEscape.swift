/// The escapes of JSON strings.
///
/// Source: RFC 8259, section 7.
enum JSONEscape {
    /// The number of bytes of the escape that `bytes` begins with; `nil` where it is none. A high
    /// surrogate counts with the low one that must follow it.
    static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return nil }
        guard bytes[start + 1] == UInt8(ascii: "u") else {
            return simple(bytes[start + 1]) == nil ? nil : 2
        }
        guard let unit = unit(bytes) else { return nil }
        switch unit {
        case 0xDC00...0xDFFF: return nil
        case 0xD800...0xDBFF:
            guard bytes.count >= 12, let low = Self.unit(bytes[(start + 6)...]),
                (0xDC00...0xDFFF).contains(low)
            else { return nil }
            return 12
        default: return 6
        }
    }

    /// The text that checked bytes stand for.
    static func unescape(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text: ArraySlice<UInt8> = []
        text.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.first {
            guard byte == UInt8(ascii: "\\"), let length = length(rest) else {
                text.append(byte)
                rest = rest.dropFirst()
                continue
            }
            text += character(rest, length: length)
            rest = rest.dropFirst(length)
        }
        return text
    }

    private static func character(_ bytes: ArraySlice<UInt8>, length: Int) -> [UInt8] {
        let start = bytes.startIndex
        if length == 2 { return simple(bytes[start + 1]).map { [$0] } ?? [] }
        guard let high = unit(bytes) else { return [] }
        var value = UInt32(high)
        if length == 12, let low = unit(bytes[(start + 6)...]) {
            value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        }
        return Unicode.Scalar(value).map { Array(String($0).utf8) } ?? []
    }

    /// The UTF-16 unit of an escape of six bytes.
    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        let start = bytes.startIndex
        guard bytes.count >= 6, bytes[start] == UInt8(ascii: "\\"),
            bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[start + 2..<start + 6] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private static func simple(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// Appends `text` as a JSON string, with its quotes; only what must be escaped is.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { source in
            let needsEscape = source.contains {
                $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
            }
            if needsEscape {
                for byte in source { append(byte, to: &bytes) }
            } else {
                bytes.append(contentsOf: source)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): bytes += #"\""#.utf8
        case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
        case 0x08: bytes += #"\b"#.utf8
        case 0x0C: bytes += #"\f"#.utf8
        case 0x0A: bytes += #"\n"#.utf8
        case 0x0D: bytes += #"\r"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0..<0x20: bytes += (#"\u00"# + Hexadecimal.encode([byte])).utf8
        default: bytes.append(byte)
        }
    }
}
