/// What a report says, in order, without a format: it is rendered as HTML and as Markdown.
package struct ReportDocument: Hashable, Sendable {
    package let title: ReportText
    /// What the report covers and when it was made: names and values.
    package let facts: [ReportFact]
    package let sections: [ReportSection]

    package init(title: ReportText, facts: [ReportFact], sections: [ReportSection]) {
        self.title = title
        self.facts = facts
        self.sections = sections
    }
}

/// A name and its value.
package struct ReportFact: Hashable, Sendable {
    package let name: String
    package let value: ReportText

    package init(_ name: String, _ value: ReportText) {
        self.name = name
        self.value = value
    }
}

/// A part of a report under a heading of its own.
package struct ReportSection: Hashable, Sendable {
    /// Unique in the report: lower-case letters and dashes.
    package let id: String
    package let heading: String
    package var paragraphs: [ReportText] = []
    package var facts: [ReportFact] = []
    /// What the plot shows is in the tables, too, since Markdown has no plots.
    package var plot: ReportPlot?
    package var tables: [ReportTable] = []

    package init(
        id: String, heading: String, paragraphs: [ReportText] = [], facts: [ReportFact] = [],
        plot: ReportPlot? = nil, tables: [ReportTable] = []
    ) {
        self.id = id
        self.heading = heading
        self.paragraphs = paragraphs
        self.facts = facts
        self.plot = plot
        self.tables = tables
    }
}

/// A table. All rows have as many cells as there are columns.
package struct ReportTable: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package let title: String
        /// Numbers are aligned at their end.
        package var isNumber = false

        package init(title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    package let caption: ReportText
    package let columns: [Column]
    package let rows: [[ReportText]]
    /// What is not in the table, and the command that prints it.
    package var note: ReportText?

    package init(
        caption: ReportText, columns: [Column], rows: [[ReportText]], note: ReportText? = nil
    ) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.note = note
    }
}

/// A text in one line, made of parts.
package struct ReportText: Hashable, Sendable, ExpressibleByStringInterpolation {
    package enum Part: Hashable, Sendable {
        /// This program's own words.
        case own(String)
        /// A text from outside, which may hold any character.
        case outside(String)
        /// A digest, an id, a commit or a command, in a font of fixed width; from outside, too.
        case code(String)
        /// A text that links to an address. Both come from outside, and the address may be any text: what is not
        /// `https://` is no link.
        case link(String, address: String)
        /// A word that a colour goes with.
        case mark(String, ReportTone)
    }

    package var parts: [Part]

    package init(_ parts: [Part]) {
        self.parts = parts
    }

    package init(stringLiteral value: String) {
        parts = [.own(value)]
    }

    /// A sentence, of which `piece` makes the parts, and in which commands stand between backticks.
    init(sentence: String, _ piece: (String) -> Part) {
        parts = sentence.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$1.isEmpty }
            .map { $0 % 2 == 1 ? .code(String($1)) : piece(String($1)) }
    }
}

/// What a colour stands for; a word always stands beside it.
package enum ReportTone: String, Hashable, Sendable, CaseIterable {
    case good, bad, waiting, neutral
}
