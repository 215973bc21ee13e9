import EnclaviaBase

/// The value of `--format` for `status --short`: `template:` and a text with the names of counts in it.
package struct ShortStatusTemplate: Hashable, Sendable {
    package static let word = "template:"
    /// The field of all counts, separated by spaces.
    private static let allField = "all"
    package static let fields = [allField] + AttentionCounts.Group.allCases.map(\.rawValue)

    private enum Piece: Hashable {
        case literal(String)
        case all
        case group(AttentionCounts.Group)

        var isLiteral: Bool { if case .literal = self { true } else { false } }
    }

    private let pieces: [Piece]

    static let all = ShortStatusTemplate(pieces: [.all])

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// - Throws: the first part of `text` that breaks the grammar.
    package init(_ text: String) throws(TemplateError) {
        pieces = try TemplateText(text).pieces.map { piece throws(TemplateError) in
            switch piece {
            case .literal(let text): return .literal(text)
            case .field(Self.allField): return .all
            case .field(let name):
                guard let group = AttentionCounts.Group(rawValue: name) else {
                    throw .unknownField(name)
                }
                return .group(group)
            }
        }
    }

    /// - Parameter text: the value of the option.
    /// - Returns: `nil` for another format.
    package init?(option text: String) throws(TemplateError) {
        guard text.utf8.starts(with: Self.word.utf8) else { return nil }
        try self.init(String(decoding: text.utf8.dropFirst(Self.word.utf8.count), as: UTF8.self))
    }

    /// A count is its mark and its number; nothing if it is 0.
    ///
    /// - Returns: `nil` if the template has fields, and all are empty: a prompt is not to show the text around them.
    func text(_ counts: AttentionCounts, isUTF8: Bool) -> String? {
        func text(_ group: AttentionCounts.Group) -> String {
            counts[group] == 0 ? "" : "\(group.mark(isUTF8: isUTF8))\(counts[group])"
        }
        let texts = pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .all:
                AttentionCounts.Group.allCases.map(text).filter { !$0.isEmpty }
                    .joined(separator: " ")
            case .group(let group): text(group)
            }
        }
        let fields = zip(pieces, texts).filter { !$0.0.isLiteral }
        return fields.isEmpty || fields.contains { !$0.1.isEmpty } ? texts.joined() : nil
    }
}
