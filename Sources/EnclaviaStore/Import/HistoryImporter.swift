import EnclaviaCore
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Takes in records of an export: all of the file is checked first, then it is taken in transactions so
/// short that pushes go on meanwhile. Broken off, it is completed by running it again.
struct HistoryImporter {
    let writer: StoreWriter
    let log: EventLog
    let surroundings: any Surroundings
    let progress: @Sendable (ImportProgress) -> Void

    /// How long a transaction takes records for; with its commit it stays under half a second.
    private static let batchTime = Duration.milliseconds(250)

    func run(_ source: ImportSource) throws(ImportError) -> ImportSummary {
        try check(source)
        return try take(source)
    }

    private func check(_ source: ImportSource) throws(ImportError) {
        let windows = RecordWindows(source) { line, number throws(ImportError) in
            try ImportLine.check(line, number: number)
            return ()
        }
        defer { windows.drain() }
        while let window = try windows.next() {
            report(.checking, window.bytesRead, window.lines, source)
        }
    }

    private func take(_ source: ImportSource) throws(ImportError) -> ImportSummary {
        let importedAt = surroundings.now()
        let windows = RecordWindows(source) { line, number throws(ImportError) in
            try ImportLine.prepared(line, number: number, importedAt: importedAt)
        }
        defer { windows.drain() }
        var summary = ImportSummary()
        var window = try windows.next()
        while let first = window {
            let start = ContinuousClock.now
            do {
                try writer.prepareForBulk()
                let (_, written) = try writer.write { writer in
                    let merger = try ImportMerger(writer.db, self.writer.paths, surroundings)
                    while let next = window {
                        for record in next.elements {
                            try merger.take(record, &writer, &summary)
                        }
                        window = try windows.next()
                        if ContinuousClock.now - start >= Self.batchTime { break }
                    }
                    try merger.flush()
                }
                if let warning = log.append(written), !summary.warnings.contains(warning) {
                    summary.warnings.append(warning)
                }
            } catch {
                throw Self.importError(error)
            }
            report(.taking, first.bytesRead, first.lines, source)
            if window != nil { usleep(StoreSettings.gap) }
        }
        return summary
    }

    private func report(
        _ phase: ImportProgress.Phase, _ bytes: Int64, _ lines: Int, _ source: ImportSource
    ) {
        progress(
            ImportProgress(phase: phase, bytes: bytes, totalBytes: source.size, records: lines))
    }

    private static func importError(_ error: any Error) -> ImportError {
        switch error {
        case let error as ImportError: error
        case let error as StoreError: .store(error)
        default: .unreadable(path: "", reason: "\(error)")
        }
    }
}
