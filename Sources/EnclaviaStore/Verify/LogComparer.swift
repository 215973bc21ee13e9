import EnclaviaCore
import GRDB
import SystemPackage

extension HistoryStore: HistoryComparer {
    package func compare(
        _ logs: [EventLogSource], progress: (Int) -> Void
    ) throws(LogComparisonError) -> LogComparison {
        do {
            guard let queue = try connection() else {
                var comparer = LogComparer(lookup: nil)
                return try comparer.run(logs, progress: progress)
            }
            return try queue.unsafeRead { db in
                var comparer = LogComparer(lookup: try EventLookup(db))
                return try comparer.run(logs, progress: progress)
            }
        } catch let error as LogComparisonError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .store(StoreError(error, path: paths.database, settings))
        }
    }
}

/// Compares the lines of event logs with the stored events.
private struct LogComparer {
    /// `nil` where there is no store.
    let lookup: EventLookup?
    private var comparison = LogComparison()
    /// The events that the logs have.
    private var seen = SequenceSet()
    private var lines = 0

    init(lookup: EventLookup?) {
        self.lookup = lookup
    }

    /// - Throws: ``LogComparisonError``; `CancellationError`; `DatabaseError`.
    mutating func run(
        _ logs: [EventLogSource], progress: (Int) -> Void
    ) throws -> LogComparison {
        for log in logs { try read(log, progress: progress) }
        comparison.gaps = seen.gaps
        if comparison.matched == 0, comparison.differences.count == 0 {
            comparison.differences.add(LogDifference(.nothing))
        }
        return comparison
    }

    private mutating func read(_ log: EventLogSource, progress: (Int) -> Void) throws {
        var reader = try LogLineReader(log)
        defer { reader.close() }
        do {
            while let (line, isTooLong) = try reader.next() {
                if reader.number == 1, let format = FileFormat(magicOf: line) {
                    throw LogComparisonError.otherFormat(format, file: log.file)
                }
                if isTooLong {
                    comparison.foreign += 1
                } else {
                    try compare(line, of: log, reader)
                }
                lines += 1
                if lines % 8192 == 0 { progress(lines) }
            }
        } catch let error as Errno {
            throw LogComparisonError.unreadable(file: log.file, reason: "\(error)")
        }
        comparison.files.append(
            LogComparison.File(log.file, lines: reader.number, isUnfinished: reader.isUnfinished))
    }

    private mutating func compare(
        _ line: [UInt8], of log: EventLogSource, _ reader: LogLineReader
    ) throws {
        if let place = EventLogLine.likelyPlace(line), try lookup?.find(place, line) == .same {
            match(place)
            return
        }
        let difference: LogDifference.Kind?
        let event = EventLogLine(line)
        switch try kind(of: event, line, isUnfinished: reader.isUnfinished) {
        case .own(let place?):
            let found = try lookup?.find(place, line) ?? .nothing
            if found == .same {
                match(place)
                return
            }
            if found == .other, !seen.insert(place) { comparison.duplicates += 1 }
            difference = found == .other ? .event : .missing
        case .own(nil): difference = .place
        case .lost: difference = .lost
        case .counted(let count):
            comparison[keyPath: count] += 1
            difference = nil
        case .ignored: difference = nil
        }
        guard let difference else { return }
        comparison.differences.add(
            LogDifference(
                difference, file: log.file, line: reader.number, sequence: event?.place))
    }

    private mutating func match(_ place: Int64) {
        comparison.matched += 1
        if !seen.insert(place) { comparison.duplicates += 1 }
    }

    /// What a line is that is not found in the store by its place.
    private enum Kind {
        /// An event of this chain; without a place if that is not valid.
        case own(Int64?)
        /// An event that was lost when the history was salvaged.
        case lost
        case counted(WritableKeyPath<LogComparison, Int>)
        case ignored
    }

    private func kind(
        of event: EventLogLine?, _ line: [UInt8], isUnfinished: Bool
    ) throws -> Kind {
        guard let event else {
            if isUnfinished || line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                return .ignored
            }
            let isPart =
                lookup?.names.present.map { EventLogScan.isPart(line[...], of: $0) } ?? false
            return .counted(isPart ? \.damaged : \.foreign)
        }
        if isOwn(event, line) {
            return event.hasSequence || event.isRepeated ? .own(event.place) : .counted(\.spooled)
        }
        guard let source = event.source else { return .counted(\.foreign) }
        if let last = lookup?.names.lastEvent(ofSource: source) {
            guard event.hasSequence else { return .counted(\.spooled) }
            return event.place.map { $0 > last } ?? false ? .lost : .own(event.place)
        }
        let isHost = EventLogLine.isHost(source)
        guard isHost || source.utf8.starts(with: ChainID.sourcePrefix.utf8) else {
            return .counted(\.foreign)
        }
        guard event.hasSequence else { return .counted(\.spooled) }
        // An event of an older version is recognised by its place and its text, and by the events around it.
        guard isHost, let place = event.place, let lookup else { return .counted(\.otherChains) }
        let isKnown = try lookup.find(place, line) == .same
        return try isKnown || lookup.isOwn(event) ? .own(place) : .counted(\.otherChains)
    }

    /// Whether a line has this chain as its source, in any spelling, or as one of several.
    private func isOwn(_ event: EventLogLine, _ line: [UInt8]) -> Bool {
        guard let chain = lookup?.names.present else { return false }
        if event.source?.lowercased() == chain.source { return true }
        guard event.isRepeated else { return false }
        return line.withUnsafeBufferPointer {
            ByteSearch.first(Array(chain.source.utf8), in: $0) != nil
        }
    }
}
