import EnclaviaCore
import GRDB
import Glibc

/// Prunes the history in transactions so short that pushes can run meanwhile. Each appends its own `pruned` event,
/// so that an interrupted prune is recorded completely.
struct HistoryPruner {
    let writer: StoreWriter
    let log: EventLogWriter
    let system: any SystemEnvironment
    let plan: PrunePlan
    /// The machine that prunes; `nil` where it has no name.
    let host: String?

    /// Pushes in one transaction, which takes about 100 ms.
    private static let batch = 500

    /// - Throws: ``StoreError``, if no push was deleted; the summary holds a later error.
    func run() throws(StoreError) -> PruneSummary {
        var summary = PruneSummary()
        do throws(StoreError) {
            while try pruneBatch(&summary) { usleep(StoreSettings.gap) }
        } catch {
            guard summary.pushes > 0 else { throw error }
            summary.failure = error
        }
        // Also after an interruption: texts that were deleted from the tables must not stay in the write-ahead log.
        guard summary.pushes > 0 else { return summary }
        do throws(StoreError) {
            if try !compact() { summary.warnings.append(.prunedTexts(path: writer.walPath)) }
        } catch {
            summary.failure = summary.failure ?? error
        }
        return summary
    }

    /// - Returns: whether there may be more.
    private func pruneBatch(_ summary: inout PruneSummary) throws(StoreError) -> Bool {
        guard !writer.interruption.isRaised else { throw .cancelled }
        let (data, events) = try writer.write(prune)
        guard let data else { return false }
        summary.pushes += data.pushes
        summary.events += data.events
        if let warning = log.append(events), !summary.warnings.contains(warning) {
            summary.warnings.append(warning)
        }
        return true
    }

    private func prune(_ writer: inout EventWriter) throws -> PruneEventData? {
        let ids = try plan.next(Self.batch, writer.db)
        guard !ids.isEmpty else { return nil }
        var blanked: [Int64] = []
        for id in ids {
            blanked += try blank(id, writer.db)
            if let found = try PushProjection.find(id, writer.db) {
                try PushProjection.remove(found, writer.db)
            }
        }
        let metadata = EventMetadata(system)
        // `before` may be in the future, for pushes that a wrong clock dated; the event must not name a future
        // time.
        let data = PruneEventData(
            before: min(plan.before, metadata.time), pushes: ids.count, events: blanked.count,
            ranges: SequenceRanges(blanked).pairs, host: host)
        try writer.append(metadata.event(.pruned(data)))
        return data
    }

    private func blank(_ id: PushID, _ db: Database) throws -> [Int64] {
        let sequences = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT seq FROM event WHERE push_id = ? ORDER BY seq"),
            arguments: [id.text])
        let statement = try db.cachedStatement(sql: "UPDATE event SET data = NULL WHERE seq = ?")
        for sequence in sequences { try statement.execute(arguments: [sequence]) }
        return sequences
    }

    /// Removes the texts from the write-ahead log too; in the database, `secure_delete` has overwritten them.
    ///
    /// - Returns: `false` where another process reads the log and keeps it from being emptied.
    private func compact() throws(StoreError) -> Bool {
        let connection = try writer.connection()
        return try storeErrors(writer.paths.database, writer.settings) {
            try connection.inDatabase { db in
                // The first column says whether it was busy (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
                try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
            }
        }
    }
}

/// Sequence numbers, all of them positive, as closed ranges.
struct SequenceRanges: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<Int64>] = []

    init(_ sequences: some Sequence<Int64>) {
        for sequence in sequences.sorted() { add(sequence...sequence) }
    }

    init(_ ranges: [ClosedRange<Int64>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) { add(range) }
    }

    /// As ``PruneEventData/ranges`` has them.
    var pairs: [[Int64]] { ranges.map { [$0.lowerBound, $0.upperBound] } }

    /// Adds a range, which must not begin before one that was added earlier.
    mutating func add(_ range: ClosedRange<Int64>) {
        if let last = ranges.last, range.lowerBound - 1 <= last.upperBound {
            ranges[ranges.count - 1] =
                last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
            ranges.append(range)
        }
    }

    /// How many numbers there are.
    var count: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

    /// Whether all of `range` is in here.
    func contains(_ range: ClosedRange<Int64>) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < range.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < ranges.count && ranges[low].lowerBound <= range.lowerBound
            && range.upperBound <= ranges[low].upperBound
    }

    /// The first number in here that is not in `other`.
    func first(notIn other: SequenceRanges) -> Int64? {
        var rest = other.ranges[...]
        for range in ranges {
            while let next = rest.first, next.upperBound < range.lowerBound {
                rest = rest.dropFirst()
            }
            guard let cover = rest.first, cover.lowerBound <= range.lowerBound else {
                return range.lowerBound
            }
            if cover.upperBound < range.upperBound { return cover.upperBound + 1 }
        }
        return nil
    }
}
