import EnclaviaCore

/// What a report says, in order, without a format: it is rendered as HTML and as Markdown.
struct ReportDocument: Hashable, Sendable {
    let title: ReportText
    /// What the report covers and when it was made: names and values.
    let facts: [ReportFact]
    let sections: [ReportSection]
}

/// A name and its value.
struct ReportFact: Hashable, Sendable {
    let name: String
    let value: ReportText

    init(_ name: String, _ value: ReportText) {
        self.name = name
        self.value = value
    }
}

/// A part of a report under a heading of its own.
struct ReportSection: Hashable, Sendable {
    /// Unique in the report: lower-case letters and dashes.
    let id: String
    let heading: String
    var paragraphs: [ReportText] = []
    var facts: [ReportFact] = []
    /// What the plot shows is in the tables, too, since Markdown has no plots.
    var plot: ReportPlot?
    var tables: [ReportTable] = []
}

/// A table. All rows have as many cells as there are columns.
struct ReportTable: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        let title: String
        /// Numbers are aligned at their end.
        var isNumber = false
    }

    let caption: ReportText
    let columns: [Column]
    let rows: [[ReportText]]
    /// What is not in the table, and the command that prints it.
    var note: ReportText?
}

/// A text in one line, made of parts.
struct ReportText: Hashable, Sendable, ExpressibleByStringInterpolation {
    enum Part: Hashable, Sendable {
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

    var parts: [Part]

    init(_ parts: [Part]) {
        self.parts = parts
    }

    init(stringLiteral value: String) {
        parts = [.own(value)]
    }
}

/// What a colour stands for; a word always stands beside it.
enum ReportTone: String, Hashable, Sendable, CaseIterable {
    case good, bad, waiting, neutral
}

/// A picture of numbers.
enum ReportPlot: Hashable, Sendable {
    case columns(ReportColumns)
    case bars(ReportBars)
    case timeline(ReportTimeline)
}

/// Stacked columns, one for each period.
struct ReportColumns: Hashable, Sendable {
    struct Series: Hashable, Sendable {
        let name: String
        let tone: ReportTone
        /// One for each period.
        let values: [Int]
    }

    /// What the plot shows, in one sentence that holds its numbers.
    let description: String
    /// The name of what is counted, in the plural.
    let unit: String
    /// The names of the periods, from the oldest to the newest, without gaps.
    let periods: [String]
    /// From the bottom to the top of a column.
    let series: [Series]
}

/// Horizontal bars, one below the other.
struct ReportBars: Hashable, Sendable {
    struct Bar: Hashable, Sendable {
        let label: ReportText
        let tone: ReportTone
        let value: Int
    }

    /// What the plot shows, in one sentence that holds its numbers.
    let description: String
    let unit: String
    let bars: [Bar]
}

/// What each tag pointed at, over the time from left to right.
struct ReportTimeline: Hashable, Sendable {
    struct Row: Hashable, Sendable {
        let label: ReportText
        /// In order, the oldest first; each lasts until the next, the last one until the end of the plot.
        let spans: [Span]
    }

    struct Span: Hashable, Sendable {
        let start: Timestamp
        /// The short digest that the tag pointed at; `nil` where it is not known.
        let digest: String?
        /// When, by whom and from which commit, as a tool tip and for screen readers.
        let description: String
    }

    struct Tick: Hashable, Sendable {
        let moment: Timestamp
        /// A local date, or a local time where the plot covers less than two days.
        let label: String
    }

    /// What the plot shows, in one sentence.
    let description: String
    let range: ClosedRange<Timestamp>
    /// Inside of `range`, in order; at most eight.
    let ticks: [Tick]
    let rows: [Row]
}
