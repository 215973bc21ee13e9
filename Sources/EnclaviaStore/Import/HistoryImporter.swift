import EnclaviaCore
import GRDB
import Glibc

/// Imports the records of an export. Checks the whole file first, then writes the records in transactions so short
/// that pushes can run meanwhile. Running an interrupted import again completes it.
struct HistoryImporter {
    let writer: StoreWriter
    let log: EventLogWriter
    let system: any SystemEnvironment
    let progress: @Sendable (ImportProgress) -> Void

    func run(_ source: ImportSource) throws(ImportError) -> ImportSummary {
        try take(source, lines: check(source))
    }

    /// - Returns: how many lines there are.
    private func check(_ source: ImportSource) throws(ImportError) -> Int {
        let windows = RecordWindows(source) { line, number throws(ImportError) in
            try ImportLine.check(line, number: number)
            return ()
        }
        defer { windows.drain() }
        var lines = 0
        while let window = try windows.next() {
            guard !writer.interruption.isRaised else { throw .cancelled }
            lines = window.lines
            report(.checking, window.bytesRead, lines, source)
        }
        return lines
    }

    private func take(_ source: ImportSource, lines: Int) throws(ImportError) -> ImportSummary {
        let importedAt = system.now()
        let windows = RecordWindows(source) { line, number throws(ImportError) in
            try ImportLine.prepared(line, number: number, importedAt: importedAt)
        }
        defer { windows.drain() }
        var summary = ImportSummary()
        var rest = Rest(windows, writer.interruption)
        while let first = rest.window {
            do throws(StoreError) {
                try takeBatch(&rest, &summary)
            } catch {
                // The batch was rolled back, and its counts were dropped.
                summary.failure = error == .cancelled ? .cancelled : .store(error)
                break
            }
            report(.taking, first.bytesRead, first.lines, source)
            if rest.window != nil { usleep(StoreSettings.gap) }
        }
        summary.failure = summary.failure ?? rest.failure
        if summary.failure == nil, rest.lines < lines {
            summary.failure = .changed(line: rest.lines + 1)
        }
        if summary.read == 0, let failure = summary.failure { throw failure }
        return summary
    }

    /// Imports windows in one transaction, until the batch is full.
    private func takeBatch(
        _ rest: inout Rest, _ summary: inout ImportSummary
    ) throws(StoreError) {
        try writer.prepareForBulk()
        let batch = ImportBatch(writer.settings.importLimits, writer.paths)
        let before = summary
        var counted = summary
        let (taken, written) = try writer.write { writer in
            var rest = rest
            let merger = try ImportMerger(writer.db, self.writer.paths, system)
            let start = rest.window?.bytesRead ?? 0
            while let next = rest.window {
                for record in next.elements { try merger.take(record, &writer, &counted) }
                rest.advance()
                let isFull = batch.isFull(
                    with: counted.read - before.read, bytes: next.bytesRead - start)
                if isFull { break }
            }
            try merger.flush()
            return rest
        }
        rest = taken
        summary = counted
        summary.warnings = before.warnings
        if let warning = log.append(written), !summary.warnings.contains(warning) {
            summary.warnings.append(warning)
        }
    }

    private func report(
        _ phase: ImportProgress.Phase, _ bytes: Int64, _ lines: Int, _ source: ImportSource
    ) {
        progress(
            ImportProgress(phase: phase, bytes: bytes, totalBytes: source.size, records: lines))
    }

}

/// The part of a checked file that is still to be imported.
private struct Rest {
    private let windows: RecordWindows<PreparedRecord>
    private let interruption: Interruption
    /// The next lines; `nil` at the end.
    private(set) var window: RecordWindows<PreparedRecord>.Window?
    /// How many lines there were up to the newest window's end.
    private(set) var lines = 0
    /// Why there are no more lines before the end of the file.
    private(set) var failure: ImportError?

    init(_ windows: RecordWindows<PreparedRecord>, _ interruption: Interruption) {
        self.windows = windows
        self.interruption = interruption
        advance()
    }

    mutating func advance() {
        window = nil
        guard !interruption.isRaised else {
            failure = .cancelled
            return
        }
        do throws(ImportError) {
            window = try windows.next()
            lines = window?.lines ?? lines
        } catch .malformed(let line, _, _) {
            failure = .changed(line: line)
        } catch {
            failure = error
        }
    }
}
