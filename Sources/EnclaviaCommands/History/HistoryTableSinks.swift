import EnclaviaCore

extension OutputFormat {
    /// For people; its layout may change in any version.
    static let table = OutputFormat("table", summary: "a table") { stream, context in
        HistoryTableSink(stream, context)
    }
}

/// Prints pushes as a table that fits the terminal, and keeps no row in memory.
final class HistoryTableSink: PushSink {
    private let stream: ResultStream
    private let now: Timestamp
    private let zone: LocalZone
    private let isMoves: Bool
    private var measured: HistoryMeasure
    private var table: HistoryTable?

    /// - Parameters:
    ///   - isMoves: whether the pushes are moves of tags.
    ///   - isWhole: whether nothing is left out or cut, however long the lines get.
    init(
        _ stream: ResultStream, _ context: CommandContext, isMoves: Bool = false,
        isWhole: Bool = false
    ) {
        self.stream = stream
        self.isMoves = isMoves
        now = context.now()
        zone = context.zone
        measured = HistoryMeasure(isWhole: isWhole)
    }

    var measure: ((StoredPush) throws -> Void)? {
        { [self] push in measured.add(try row(push)) }
    }

    /// Prints the header before the first push, so that an empty table prints nothing.
    func put(_ push: StoredPush) throws {
        let table = try table ?? begin()
        stream.write(table.line(try row(push), for: stream.capabilities))
        try stream.endLine()
    }

    func finish() throws {
        try stream.flush()
    }

    private func begin() throws -> HistoryTable {
        let table = HistoryTable(measured, isMoves: isMoves, room: stream.capabilities.columns)
        self.table = table
        stream.write(table.header(for: stream.capabilities))
        try stream.endLine()
        return table
    }

    private func row(_ push: StoredPush) throws -> HistoryRow {
        HistoryRow(try push.fields(), at: now, in: zone)
    }
}
