import EnclaviaCore

/// A picture of numbers.
package enum ReportPlot: Hashable, Sendable {
    case columns(ReportColumns)
    case bars(ReportBars)
    case timeline(ReportTimeline)
}

/// Stacked columns, one for each period.
package struct ReportColumns: Hashable, Sendable {
    package struct Series: Hashable, Sendable {
        package let name: String
        package let tone: ReportTone
        /// One for each period.
        package let values: [Int]

        package init(name: String, tone: ReportTone, values: [Int]) {
            self.name = name
            self.tone = tone
            self.values = values
        }
    }

    /// What the plot shows, in one sentence that holds its numbers.
    package let description: String
    /// The name of what is counted, in the plural.
    package let unit: String
    /// The names of the periods, from the oldest to the newest, without gaps.
    package let periods: [String]
    /// From the bottom to the top of a column.
    package let series: [Series]

    package init(description: String, unit: String, periods: [String], series: [Series]) {
        self.description = description
        self.unit = unit
        self.periods = periods
        self.series = series
    }
}

/// Horizontal bars, one below the other.
package struct ReportBars: Hashable, Sendable {
    package struct Bar: Hashable, Sendable {
        package let label: ReportText
        package let tone: ReportTone
        package let value: Int

        package init(label: ReportText, tone: ReportTone, value: Int) {
            self.label = label
            self.tone = tone
            self.value = value
        }
    }

    /// What the plot shows, in one sentence that holds its numbers.
    package let description: String
    package let unit: String
    package let bars: [Bar]

    package init(description: String, unit: String, bars: [Bar]) {
        self.description = description
        self.unit = unit
        self.bars = bars
    }
}

/// What each tag pointed at, over the time from left to right.
package struct ReportTimeline: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package let label: ReportText
        /// In order, the oldest first; each lasts until the next, the last one until the end of the plot.
        package let spans: [Span]

        package init(label: ReportText, spans: [Span]) {
            self.label = label
            self.spans = spans
        }
    }

    package struct Span: Hashable, Sendable {
        package let start: Timestamp
        /// The short digest that the tag pointed at; `nil` where it is not known.
        package let digest: String?
        /// When, by whom and from which commit, as a tool tip and for screen readers.
        package let description: String

        package init(start: Timestamp, digest: String?, description: String) {
            self.start = start
            self.digest = digest
            self.description = description
        }
    }

    package struct Tick: Hashable, Sendable {
        package let moment: Timestamp
        /// A local date, or a local time where the plot covers less than two days.
        package let label: String

        package init(moment: Timestamp, label: String) {
            self.moment = moment
            self.label = label
        }
    }

    /// What the plot shows, in one sentence.
    package let description: String
    package let range: ClosedRange<Timestamp>
    /// Inside of `range`, in order; at most eight.
    package let ticks: [Tick]
    package let rows: [Row]

    package init(description: String, range: ClosedRange<Timestamp>, ticks: [Tick], rows: [Row]) {
        self.description = description
        self.range = range
        self.ticks = ticks
        self.rows = rows
    }
}
