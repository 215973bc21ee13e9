/// Compares a form with a text in which any byte may be escaped.
enum EscapedText {
    /// The greatest number of backslashes before an escaped byte: enough for one that was escaped four times.
    private static let backslashLimit = 16

    /// The end of `form` in `text`, which must begin with it; `nil` where it does not.
    ///
    /// A backslash, for example, may stand for itself or begin an escape, so a part of the form may end at several
    /// places.
    static func end(of form: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var places = [text.startIndex]
        for byte in form {
            var next: [Int] = []
            for place in places {
                let rest = text[place...]
                if rest.first == byte { next.append(place + 1) }
                if let length = escapedLength(of: byte, at: rest) { next.append(place + length) }
            }
            places = next.count > 1 ? Array(Set(next)) : next
            if places.isEmpty { return nil }
        }
        return places.max()
    }

    /// The length of the escape at the beginning of `text`, if it stands for `byte`.
    private static func escapedLength(of byte: UInt8, at text: ArraySlice<UInt8>) -> Int? {
        switch text.first {
        case UInt8(ascii: "%"): percent(byte, text)
        case UInt8(ascii: "\\"): backslash(byte, text)
        case UInt8(ascii: "&"): reference(byte, text)
        default: nil
        }
    }

    /// `%2B`, and `%252B` where it was escaped twice (RFC 3986, 2.1).
    private static func percent(_ byte: UInt8, _ text: ArraySlice<UInt8>) -> Int? {
        var rest = text.dropFirst()
        while number(rest.prefix(2), radix: 16, digits: 2...2) != UInt32(byte) {
            guard rest.starts(with: "25".utf8) else { return nil }
            rest = rest.dropFirst(2)
        }
        return rest.startIndex + 2 - text.startIndex
    }

    /// `\u002b` and `\/` (RFC 8259, 7), and with more backslashes where it was escaped more than once.
    private static func backslash(_ byte: UInt8, _ text: ArraySlice<UInt8>) -> Int? {
        let run = text.prefix(backslashLimit).prefix { $0 == UInt8(ascii: "\\") }
        let rest = text[run.endIndex...]
        let count = rest.startIndex - text.startIndex
        if byte == UInt8(ascii: "\\") { return count > 1 ? count : nil }
        guard let first = rest.first else { return nil }
        if first == UInt8(ascii: "u"), rest.count > 4 {
            let digits = rest.dropFirst().prefix(4)
            if number(digits, radix: 16, digits: 4...4) == UInt32(byte) {
                return digits.endIndex - text.startIndex
            }
        }
        if first == UInt8(ascii: "x"), rest.count > 2 {
            let digits = rest.dropFirst().prefix(2)
            if number(digits, radix: 16, digits: 2...2) == UInt32(byte) {
                return digits.endIndex - text.startIndex
            }
        }
        let isLetterOrDigit = (byte | 32).isLowercaseLetter || byte.isDigit
        return first == byte && !isLetterOrDigit ? rest.startIndex + 1 - text.startIndex : nil
    }

    /// `&#43;`, `&#x2b;`, and the names of those that HTML needs escaped (HTML, 13.5, "Character reference
    /// state").
    private static func reference(_ byte: UInt8, _ text: ArraySlice<UInt8>) -> Int? {
        for (name, character) in names where character == byte && text.starts(with: name.utf8) {
            return name.utf8.count
        }
        guard text.starts(with: "&#".utf8), let end = text.prefix(10).firstIndex(of: semicolon)
        else { return nil }
        let digits = text[(text.startIndex + 2)..<end]
        let isHexadecimal = digits.first.map { $0 | 32 == UInt8(ascii: "x") } ?? false
        let value =
            isHexadecimal
            ? number(digits.dropFirst(), radix: 16, digits: 1...6)
            : number(digits, radix: 10, digits: 1...7)
        return value == UInt32(byte) ? end + 1 - text.startIndex : nil
    }

    private static let names: [(String, UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
    ]

    private static let semicolon = UInt8(ascii: ";")

    private static func number(
        _ text: ArraySlice<UInt8>, radix: UInt32, digits: ClosedRange<Int>
    ) -> UInt32? {
        guard digits.contains(text.count) else { return nil }
        var value: UInt32 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...70, 97...102: digit = (byte | 32) - 87
            default: return nil
            }
            guard digit < radix else { return nil }
            value = value * radix + UInt32(digit)
        }
        return value
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
    fileprivate var isLowercaseLetter: Bool { (97...122).contains(self) }
}
