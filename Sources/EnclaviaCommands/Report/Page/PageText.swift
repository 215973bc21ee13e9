import EnclaviaCore
import Mustache

/// Text as HTML and SVG hold it, in the content of an element or in a quoted attribute.
package enum PageText {
    /// `text` with the characters of markup as references, and each character that cannot be seen as `\u{…}`: controls,
    /// formatting and zero-width characters, and those without a meaning.
    ///
    /// It works by scalar: a `Character` of `<` and a combining mark is not equal to `<`, but begins a tag.
    package static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: needsAttention) else { return text }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F:
                escaped.unicodeScalars.append(scalar)
            case _ where TerminalText.isUnsafe(scalar):
                escaped += TerminalText.escape(String(scalar))
            case _ where isInvisible(scalar):
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            case _ where escaped.isEmpty && isMark(scalar):
                // A normalizer would join it to the `>` or the quotation mark of the markup before the text.
                escaped += "&#x\(String(scalar.value, radix: 16));"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func needsAttention(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: byte < 0x20 || byte >= 0x7F
        }
    }

    /// Whether a character has no glyph, or one that differs from font to font. Variation selectors remain, because
    /// emoji need them.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            true
        default:
            scalar.properties.isDefaultIgnorableCodePoint
                && !(0xFE00...0xFE0F).contains(scalar.value)
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}

/// How the templates of a report escape each value.
struct PageContentType: MustacheContentType {
    /// The name by which templates select it.
    static let name = "ENCLAVIA-REPORT"

    func escapeText(_ text: String) -> String { PageText.escape(text) }
}
