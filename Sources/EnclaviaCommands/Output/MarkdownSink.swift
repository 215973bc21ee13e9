import EnclaviaCore

extension OutputFormat {
    static let markdown = OutputFormat("markdown") { stream, context in
        MarkdownSink(stream, context)
    }
}

/// Prints pushes as a table in GitHub-flavoured Markdown, for people, and keeps no row in memory.
final class MarkdownSink: PushSink {
    private let stream: ResultStream
    private let now: Timestamp
    private let zone: LocalZone
    private let isWhole: Bool
    private var measured: HistoryMeasure
    private var lengths: HistoryLengths?

    /// - Parameter isWhole: whether ids, digests and commits are not cut.
    init(_ stream: ResultStream, _ context: CommandContext, isWhole: Bool = false) {
        self.stream = stream
        self.isWhole = isWhole
        now = context.now()
        zone = context.zone
        measured = HistoryMeasure(isWhole: isWhole)
    }

    var measure: ((StoredPush) throws -> Void)? {
        { [self] push in measured.add(try row(push)) }
    }

    func put(_ push: StoredPush) throws {
        let lengths = try begin()
        let row = try row(push)
        var cells = columns.map { cell($0, of: row, lengths) }
        cells.insert(zone.text(at: try push.fields().startedAt), at: 0)
        try write(MarkdownText.row(cells))
    }

    func finish() throws {
        _ = try begin()
        try stream.flush()
    }

    private var columns: [HistoryColumn] {
        [.reference, .result, .digest, .backend, .commit, .who]
            + (measured.needsHost ? [.host] : []) + [.push]
            + (measured.hasReasons ? [.reason] : [])
    }

    /// Prints the header once, also for an empty table.
    private func begin() throws -> HistoryLengths {
        if let lengths { return lengths }
        let lengths = measured.needs().lengths
        self.lengths = lengths
        let titles =
            ["Time"] + columns.map { $0.title.prefix(1) + $0.title.dropFirst().lowercased() }
        try write(MarkdownText.row(titles))
        try write(MarkdownText.delimiter(titles.map { _ in false }))
        return lengths
    }

    private func cell(
        _ column: HistoryColumn, of row: HistoryRow, _ lengths: HistoryLengths
    ) -> String {
        let text = row.text(column, lengths, isWhole: isWhole)
        if text == HistoryRow.none { return text }
        switch column {
        case .result:
            let result = row.longResult(lengths, isWhole: isWhole)
            let failure = row.failure(isWhole: isWhole).map { ": " + $0 } ?? ""
            return MarkdownText.escape(result + failure)
        case .reference where measured.needsRegistry: return MarkdownText.code(row.fullReference)
        case .reference, .digest, .commit, .push, .from:
            return MarkdownText.code(text)
        case .when, .backend, .who, .host, .reason: return MarkdownText.escape(text)
        }
    }

    private func write(_ line: String) throws {
        stream.write(line)
        try stream.endLine("")
    }

    private func row(_ push: StoredPush) throws -> HistoryRow {
        HistoryRow(try push.fields(), at: now, in: zone)
    }
}
