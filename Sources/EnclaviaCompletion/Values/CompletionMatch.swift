/// How a candidate may match what was typed. Each case is tried only where the ones before it match nothing.
package enum CompletionMatch: CaseIterable, Sendable {
    /// It begins with the typed text.
    case prefix
    /// It begins with the typed text, in upper or lower case, with `-` for `_` or `_` for `-`.
    case ignoringCase
    /// It contains the typed text, or its parts between `.`, `_` and `-` begin with the typed parts.
    ///
    /// The shell filters: zsh does so according to its `matcher-list`, and fish in its own way. bash takes none.
    case within

    /// Whether `value` matches `typed`.
    func accepts(_ value: String, _ typed: String) -> Bool {
        switch self {
        case .prefix: return value.utf8.starts(with: typed.utf8)
        case .ignoringCase: return Self.folded(value).starts(with: Self.folded(typed))
        case .within:
            let (value, typed) = (Self.folded(value), Self.folded(typed))
            return typed.isEmpty || value.firstRange(of: typed) != nil
                || Self.hasParts(Self.parts(typed), value)
        }
    }

    /// The bytes in lower case, with `-` for `_`.
    private static func folded(_ text: String) -> [UInt8] {
        text.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    }

    private static func hasParts(_ parts: [[UInt8]], _ value: [UInt8]) -> Bool {
        guard let first = parts.first, parts.count > 1, value.starts(with: first) else {
            return false
        }
        var rest = value.dropFirst(first.count)
        for part in parts.dropFirst() {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    /// `m-t` as `m` and `-t`.
    private static func parts(_ text: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        for byte in text {
            if separators.contains(byte) { parts.append([]) }
            parts[parts.count - 1].append(byte)
        }
        return parts
    }

    private static let separators = Array("._-".utf8)

    /// The patterns of SQL's `LIKE` for ``within``, with `\` as its escape character. They also match a little more.
    static func patterns(_ typed: String) -> [String] {
        var (whole, parts) = ("", "")
        for scalar in typed.unicodeScalars {
            switch scalar {
            case "%", "\\": whole += "\\\(scalar)"
            case "-", "_": whole += "_"
            default: whole.unicodeScalars.append(scalar)
            }
            if scalar == "." || scalar == "-" || scalar == "_" { parts += "%" }
            parts += scalar == "%" || scalar == "\\" ? "\\" : ""
            parts.unicodeScalars.append(scalar == "-" ? "_" : scalar)
        }
        return ["%\(whole)%", "\(parts)%"]
    }

    /// The ways to write each character of `typed` for ``ignoringCase``.
    static func spellings(_ typed: String) -> [[String]] {
        typed.unicodeScalars.map { scalar in
            if scalar == "-" || scalar == "_" { return ["-", "_"] }
            var found = [String(scalar)]
            for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping]
            where !found.contains(text) {
                found.append(text)
            }
            return found
        }
    }
}
