/// Escape sequences of terminals (ECMA-48, ECMA-35), 7-bit and 8-bit.
package enum EscapeSequences {
    /// `text` without escape sequences. One without an end extends to the end of `text`, which is one line.
    package static func removed(from text: String) -> String {
        // U+0080 to U+009F begin with C2 in UTF-8.
        guard text.utf8.contains(where: { $0 == 0x1B || $0 == 0xC2 }) else { return text }
        var plain = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x1B: removeEscape(from: &rest)
            // Each C1 control is ESC and a letter, in one character (ECMA-48, section 5.3).
            case 0x80...0x9F: removeControl(scalar.value - 0x40, from: &rest)
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }

    /// What follows `ESC`: intermediate characters and a final one (ECMA-35, section 13.2).
    private static func removeEscape(from rest: inout Substring.UnicodeScalarView) {
        guard let first = rest.first?.value, (0x20...0x7E).contains(first) else { return }
        rest.removeFirst()
        if first >= 0x30 {
            removeControl(first, from: &rest)
            return
        }
        while let next = rest.first?.value, (0x20...0x7E).contains(next) {
            rest.removeFirst()
            if next >= 0x30 { return }
        }
    }

    /// What follows the control function that `ESC` and `letter` are.
    private static func removeControl(
        _ letter: UInt32, from rest: inout Substring.UnicodeScalarView
    ) {
        switch Character(UnicodeScalar(UInt8(letter))) {
        case "[": removeParameters(from: &rest)
        // DCS, SOS, OSC, PM, APC.
        case "P", "X", "]", "^", "_": removeString(from: &rest)
        default: break
        }
    }

    /// `CSI` to its final character (ECMA-48, section 5.4).
    private static func removeParameters(from rest: inout Substring.UnicodeScalarView) {
        while let next = rest.first?.value, next != 0x1B, next < 0x80 {
            rest.removeFirst()
            if (0x40...0x7E).contains(next) || isCancel(next) { return }
        }
    }

    /// A control string to its terminator (ECMA-48, section 5.6), or to `BEL`, which xterm takes for one. `ESC`
    /// ends it, too, and begins either `ST` or another sequence.
    private static func removeString(from rest: inout Substring.UnicodeScalarView) {
        while let next = rest.first?.value, next != 0x1B {
            rest.removeFirst()
            if next == 0x07 || next == 0x9C || isCancel(next) { return }
        }
    }

    /// `CAN` and `SUB` end any sequence.
    private static func isCancel(_ value: UInt32) -> Bool { value == 0x18 || value == 0x1A }
}
