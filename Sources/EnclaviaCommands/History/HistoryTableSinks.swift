import EnclaviaCore

extension OutputFormat {
    /// For people; it promises nothing.
    static let table = OutputFormat("table", summary: "a table") { stream, context in
        if stream.isTerminal {
            HistoryTableSink(stream, context)
        } else {
            WholeHistoryTableSink(stream, context)
        }
    }
}

/// Collects pushes, all of which say how short each may be, and prints them as a table on a terminal.
final class HistoryTableSink: PushSink {
    private let stream: ResultStream
    private let layout: HistoryTable
    private var pushes: [PushJSON] = []

    init(_ stream: ResultStream, _ context: CommandContext) {
        self.stream = stream
        layout = HistoryTable(now: context.now(), zone: context.zone)
    }

    func put(_ push: StoredPush) throws {
        pushes.append(try push.fields())
    }

    func finish() throws {
        for line in layout.table(layout.rows(pushes)).lines(for: stream.traits) {
            stream.write(line)
            try stream.endLine()
        }
        try stream.flush()
    }
}

/// Prints pushes as a table with nothing left out, in constant memory.
final class WholeHistoryTableSink: PushSink {
    private let stream: ResultStream
    private let layout: HistoryTable
    private var table: MeasuredTable
    private var hasReasons = false
    private var hasHeader = false

    init(_ stream: ResultStream, _ context: CommandContext) {
        self.stream = stream
        layout = HistoryTable(now: context.now(), zone: context.zone)
        table = MeasuredTable(layout.columns)
    }

    var measure: ((StoredPush) throws -> Void)? {
        { [self] push in
            let push = try push.fields()
            if push.message != nil { hasReasons = true }
            table.measure(layout.wholeRow(push))
        }
    }

    func put(_ push: StoredPush) throws {
        try writeHeader()
        stream.write(table.line(layout.wholeRow(try push.fields()), shown, for: stream.traits))
        try stream.endLine()
    }

    func finish() throws {
        try writeHeader()
        try stream.flush()
    }

    /// The reasons come last, and only where a push has one.
    private var shown: Int { layout.columns.count - (hasReasons ? 0 : 1) }

    private func writeHeader() throws {
        guard !hasHeader else { return }
        hasHeader = true
        stream.write(table.header(shown, for: stream.traits))
        try stream.endLine()
    }
}
