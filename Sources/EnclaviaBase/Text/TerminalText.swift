/// Text from outside, made safe to show.
package enum TerminalText {
    /// `text` with each control and bidirectional formatting character written as `\u{…}`, so that it misleads
    /// neither a terminal nor a reader, and each byte that is not UTF-8 as `\x…`.
    package static func escape(_ text: some StringProtocol) -> String {
        if let text = text as? String, isPrintableASCII(text) { return text }
        guard text.unicodeScalars.contains(where: isUnsafe) else { return String(text) }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if let byte = NativeText.byte(scalar) {
                escaped += "\\x" + Hexadecimal.encode([byte])
            } else if isUnsafe(scalar) {
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// JSON text that is safe to show and means the same: each control and bidirectional formatting
    /// character in its strings as `\uXXXX` (RFC 8259, section 7). Line feeds between values stay.
    package static func escape(json: String) -> String {
        func isEscaped(_ scalar: Unicode.Scalar) -> Bool { scalar != "\n" && isUnsafe(scalar) }
        guard json.unicodeScalars.contains(where: isEscaped) else { return json }
        var escaped = ""
        for scalar in json.unicodeScalars {
            guard isEscaped(scalar) else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let hex = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            }
        }
        return escaped
    }

    /// Whether a character controls a terminal (C0, DEL, C1) or the direction and joining of text (Unicode Standard
    /// Annex #9, "Directional Formatting Characters"; line and paragraph separators).
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069,
            0xFEFF, 0xE0000...0xE007F, NativeText.escapes:
            true
        default:
            false
        }
    }

    /// The number of terminal cells that `text` takes: two for wide East Asian characters and emoji,
    /// none for combining marks.
    package static func width(_ text: some StringProtocol) -> Int {
        if let text = text as? String, isPrintableASCII(text) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    /// Whether each byte is a character of one terminal cell, as in nearly every text of a table. This avoids
    /// lookups in the Unicode tables, which took most of the time of a table of 50,000 pushes.
    private static func isPrintableASCII(_ text: String) -> Bool {
        func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }
        return text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isPrintable) }
            ?? text.utf8.allSatisfy(isPrintable)
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.properties.generalCategory == .nonspacingMark { return 0 }
        let isEmoji = scalar.properties.isEmojiPresentation
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return isEmoji ? 2 : 1
        }
    }
}
