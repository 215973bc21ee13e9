import EnclaviaCore

extension OutputFormat {
    static let csv = OutputFormat("csv") { stream, _ in CSVSink(stream) }
}

/// Prints comma-separated values with a header, under the flat names.
///
/// Source: RFC 4180, section 2.
final class CSVSink: PushSink {
    private let stream: ResultStream
    private var needsHeader = true

    init(_ stream: ResultStream) {
        self.stream = stream
    }

    func put(_ push: StoredPush) throws {
        try writeHeader()
        let record = try push.fields()
        try write(RecordField.all.map { try $0.value(record).text })
    }

    func finish() throws {
        try writeHeader()
        try stream.flush()
    }

    private func writeHeader() throws {
        guard needsHeader else { return }
        needsHeader = false
        try write(RecordField.all.map(\.name))
    }

    private func write(_ cells: [String]) throws {
        let shown = stream.isTerminal ? cells.map { TerminalText.escape($0) } : cells
        stream.write(shown.map(CSVCell.text).joined(separator: ","))
        try stream.endLine("\r\n")
    }
}

/// A cell of comma-separated values.
package enum CSVCell {
    /// What makes a spreadsheet take a cell for a formula: `=`, `+`, `-`, `@`, TAB, CR (OWASP, "CSV
    /// Injection"). Such a cell gets an apostrophe before it, which spreadsheets do not show.
    private static let formulaStarts = "=+-@\t\r".unicodeScalars

    package static func text(_ value: String) -> String {
        let scalars = value.unicodeScalars
        let startsFormula = scalars.first.map(formulaStarts.contains) ?? false
        let guarded = startsFormula ? "'" + value : value
        let needsQuotes = scalars.contains { $0 == "\"" || $0 == "," || $0 == "\r" || $0 == "\n" }
        guard needsQuotes else { return guarded }
        var quoted = "\""
        for scalar in guarded.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
