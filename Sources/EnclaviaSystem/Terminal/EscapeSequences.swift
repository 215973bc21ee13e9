/// The sequences that steer a terminal (ECMA-48).
package enum EscapeSequences {
    /// `text` without them (section 5.4: `CSI` to its final byte).
    package static func removed(from text: String) -> String {
        guard text.utf8.contains(0x1B) else { return text }
        var plain: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == 0x1B else {
                plain.append(byte)
                continue
            }
            guard rest.first == UInt8(ascii: "[") else { continue }
            rest.removeFirst()
            while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
