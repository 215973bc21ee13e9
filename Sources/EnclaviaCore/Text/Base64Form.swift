/// How a text looks inside another one that is written in Base64 (RFC 4648, 4 and 5).
///
/// Three bytes become four characters, so there are three forms, depending on where the text begins. A form leaves
/// out the first and the last characters that also hold bits of neighbouring text.
enum Base64Form {
    /// The forms of `bytes`, in both alphabets.
    static func all(of bytes: [UInt8]) -> [[UInt8]] {
        let forms = (0..<3).map { standard(bytes, after: $0) }.filter { $0.count >= shortest }
        return forms + forms.map(urlSafe).filter { !forms.contains($0) }
    }

    /// A shorter form would be found in unrelated texts.
    private static let shortest = 8

    /// - Parameter before: the number of bytes before, modulo three.
    private static func standard(_ bytes: [UInt8], after before: Int) -> [UInt8] {
        let padded = [UInt8](repeating: 0, count: before) + bytes
        let whole = encoded(padded)
        // Leaves out the characters that hold bits of a neighbouring byte.
        let first = (before * 8 + 5) / 6
        let last = padded.count * 8 / 6
        return first < last ? Array(whole[first..<last]) : []
    }

    /// Without the padding; the last character is filled up with zeros.
    private static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var characters: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                characters.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        return characters
    }

    private static func urlSafe(_ form: [UInt8]) -> [UInt8] {
        form.map {
            switch $0 {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: $0
            }
        }
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
