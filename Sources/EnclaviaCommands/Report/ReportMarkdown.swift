/// A report as GitHub-flavoured Markdown, without its plots: what they show is in the tables.
struct ReportMarkdown {
    private let document: ReportDocument

    init(_ document: ReportDocument) {
        self.document = document
    }

    /// The whole text, of which each paragraph, fact and row is one line.
    func text() -> String {
        var text = "# \(inline(document.title))\n" + list(document.facts)
        for section in document.sections {
            text += "\n## \(MarkdownText.words(section.heading))\n"
            for paragraph in section.paragraphs { text += "\n\(inline(paragraph))\n" }
            text += list(section.facts)
            for table in section.tables { text += self.table(table) }
        }
        return text
    }

    private func list(_ facts: [ReportFact]) -> String {
        guard !facts.isEmpty else { return "" }
        return "\n"
            + facts.map { "- \(MarkdownText.words($0.name)): \(inline($0.value))\n" }.joined()
    }

    private func table(_ table: ReportTable) -> String {
        var text = "\n**\(inline(table.caption))**\n"
        if !table.rows.isEmpty {
            text +=
                "\n" + MarkdownText.row(table.columns.map { MarkdownText.words($0.title) })
                + MarkdownText.delimiter(table.columns.map(\.isNumber))
            for row in table.rows { text += MarkdownText.row(row.map(cell)) }
        }
        return text + (table.note.map { "\n\(inline($0))\n" } ?? "")
    }

    /// A dash alone needs no backslash in a cell.
    private func cell(_ text: ReportText) -> String {
        text == ReportValues.none ? "-" : inline(text)
    }

    private func inline(_ text: ReportText) -> String {
        text.parts.map { part in
            switch part {
            case .own(let words): spaced(words, MarkdownText.words)
            case .outside(let words) where text.parts.count > 1:
                spaced(words, MarkdownText.escape)
            case .outside(let words): MarkdownText.escape(words)
            case .code(let words): MarkdownText.code(words)
            case .mark(let words, _): MarkdownText.words(words)
            case .link(let words, let address): MarkdownText.link(words, address)
            }
        }.joined()
    }

    /// A text that stands between others, so that spaces at its edges separate.
    private func spaced(_ text: String, _ escape: (String) -> String) -> String {
        let start = text.prefix { $0 == " " }
        let rest = text.dropFirst(start.count)
        let count = rest.reversed().prefix { $0 == " " }.count
        return start + escape(String(rest.dropLast(count))) + rest.suffix(count)
    }
}
