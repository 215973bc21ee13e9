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
    /// How long others get to take their turn, which they ask for every 2 ms.
    private static let pause: useconds_t = 5000
    /// Records between two looks at the clock, or two reports.
    private static let stride = 256

    func run(_ source: ImportSource) throws(ImportError) -> ImportSummary {
        try check(source)
        return try take(source)
    }

    private func check(_ source: ImportSource) throws(ImportError) {
        var lines = LineReader(source.file)
        while let line = try Self.next(&lines, source) {
            _ = try ImportLine.record(line, number: lines.number)
            if lines.number % (Self.stride * 8) == 0 { report(.checking, lines, source) }
        }
    }

    private func take(_ source: ImportSource) throws(ImportError) -> ImportSummary {
        var lines = LineReader(source.file)
        var summary = ImportSummary()
        var isDone = false
        while !isDone {
            let start = ContinuousClock.now
            do {
                let (_, written) = try writer.write { writer in
                    var merger = try ImportMerger(writer.db, surroundings)
                    repeat {
                        guard let line = try Self.next(&lines, source) else {
                            isDone = true
                            break
                        }
                        guard let record = try ImportLine.record(line, number: lines.number) else {
                            continue
                        }
                        try merger.take(record, &writer, &summary)
                    } while lines.number % 16 != 0 || ContinuousClock.now - start < Self.batchTime
                    try merger.flush()
                }
                if let warning = log.append(written), !summary.warnings.contains(warning) {
                    summary.warnings.append(warning)
                }
            } catch {
                throw Self.importError(error)
            }
            report(.taking, lines, source)
            if !isDone { usleep(Self.pause) }
        }
        return summary
    }

    private func report(_ phase: ImportProgress.Phase, _ lines: LineReader, _ source: ImportSource)
    {
        progress(
            ImportProgress(
                phase: phase, bytes: lines.bytesRead, totalBytes: source.size,
                records: lines.number))
    }

    private static func next(
        _ lines: inout LineReader, _ source: ImportSource
    ) throws(ImportError) -> [UInt8]? {
        do {
            return try lines.next()
        } catch let error as LineReader.LineTooLong {
            throw .malformed(line: error.number, field: nil, detail: "it is too long")
        } catch {
            throw .unreadable(path: source.path, reason: "\(error)")
        }
    }

    private static func importError(_ error: any Error) -> ImportError {
        switch error {
        case let error as ImportError: error
        case let error as StoreError: .store(error)
        default: .unreadable(path: "", reason: "\(error)")
        }
    }
}
