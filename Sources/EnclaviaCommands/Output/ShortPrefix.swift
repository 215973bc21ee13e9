/// How many digits tell hexadecimal texts apart, such as the ids and digests that a table shows.
///
/// It holds 8 bytes for each text, so that a table of very many pushes needs little memory.
package struct ShortPrefix {
    /// The most digits that are compared: texts that agree in so many count as the same.
    private static let most = 16

    /// The first 16 digits of each text.
    private var keys: [UInt64] = []

    package init() {}

    /// Adds the digits of a text, in order and without dashes. A text that is not hexadecimal is ignored.
    package mutating func add(_ text: some Sequence<UInt8>) {
        var key: UInt64 = 0
        var count = 0
        for byte in text where byte != UInt8(ascii: "-") {
            guard let digit = Self.digit(byte) else { return }
            key = key << 4 | digit
            count += 1
            if count == Self.most { break }
        }
        guard count > 0 else { return }
        keys.append(key << UInt64(4 * (Self.most - count)))
    }

    /// The fewest digits that distinguish the texts, at most 16; 0 where all are the same.
    package func length() -> Int {
        let sorted = keys.sorted()
        return zip(sorted, sorted.dropFirst()).reduce(0) { length, pair in
            let difference = pair.0 ^ pair.1
            return difference == 0 ? length : max(length, difference.leadingZeroBitCount / 4 + 1)
        }
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}
