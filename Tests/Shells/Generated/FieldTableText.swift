import EnclaviaCore

/// Writes the list of a record's fields for enclavia-history(5), in mdoc.
struct FieldTableText {
    let text = RecordField.all.flatMap(Self.item).map { $0 + "\n" }.joined()

    private static func item(_ field: RecordField) -> [String] {
        [".It Li \(field.name)"] + lines(words(field.schema) + field.meaning)
    }

    /// The values that a field may have, as a sentence before its meaning.
    private static func words(_ schema: JSONSchema) -> String {
        switch schema {
        case .nullable(let schema): return words(schema)
        case .words(let words):
            let literals = words.map { "`\($0)`" }
            return literals.dropLast().joined(separator: ", ") + " or \(literals.last ?? ""). "
        default: return ""
        }
    }

    /// Sentences as lines of mdoc: a literal in backquotes becomes a macro with the punctuation
    /// after it.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false)
            .enumerated()
        {
            if index.isMultiple(of: 2) {
                var rest = part.drop { $0 == " " }
                let marks = part.prefix { ".,;:)".contains($0) }
                if index > 0, !marks.isEmpty {
                    lines[lines.count - 1] += marks.map { " \($0)" }.joined()
                    rest = part.dropFirst(marks.count).drop { $0 == " " }
                }
                lines += filled(rest)
            } else {
                lines.append(part.hasPrefix("--") ? ".Fl \(part.dropFirst())" : ".Li \(part)")
            }
        }
        return lines
    }

    /// Each sentence begins a line, and lines longer than 100 characters are broken where possible.
    private static func filled(_ text: Substring) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.hasSuffix(".") || line.count + 1 + word.count > 100 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? "\(word)" : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
