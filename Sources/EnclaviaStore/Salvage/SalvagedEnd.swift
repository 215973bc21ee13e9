import EnclaviaCore
import GRDB

/// How far a damaged chain went beyond the last event that was kept.
struct SalvagedEnd {
    /// The last event that was kept.
    private let kept: Int64
    /// How many events an index or `meta` may have beyond those that were found.
    private static let mostLost: Int64 = 1 << 30
    /// The greatest number that an event is known to have had.
    private(set) var last: Int64
    /// Whether there may have been later ones.
    private(set) var isUnknown: Bool

    /// Whether the chain does not end at the last event that was kept.
    var isBroken: Bool { last > kept || isUnknown }

    /// - Parameters:
    ///   - kept: the last event that was kept, of the chain `chain`.
    ///   - limit: an event that would have followed, but differs from what the others say.
    init(
        _ damaged: DamagedStore, _ scratch: SalvageScratch, after kept: Int64, of chain: ChainID?,
        limit: Int64?
    ) throws {
        self.kept = kept
        last = max(kept, try scratch.newest(after: kept))
        let indexes = damaged.indexed.compactMap { $0 }
        if damaged.isTableRead {
            isUnknown = damaged.isJournalDamaged
            // One index alone may be what is damaged.
            if indexes.count == 2 { add(indexes.min() ?? 0) }
        } else {
            isUnknown = damaged.isJournalDamaged || indexes.isEmpty
            add(indexes.max() ?? damaged.indexedInPages)
        }
        for sequence in [damaged.loggedThrough, damaged.greatestRow, limit] { add(sequence ?? 0) }
        // The store went on as another chain.
        if let chain, let named = damaged.chain, named != chain { addUnknown() }
    }

    /// Notes the number of an event that the file had. What no event comes near is damage itself, but there was
    /// something.
    private mutating func add(_ sequence: Int64) {
        guard sequence > last else { return }
        if sequence - last > Self.mostLost { isUnknown = true } else { last = sequence }
    }

    /// Notes that the tables have what no event has.
    mutating func addUnknown() {
        if !isBroken { isUnknown = true }
    }

    /// The numbers of the events that could not be read.
    func lost(_ scratch: SalvageScratch) throws -> SequenceRanges {
        var lost = SequenceRanges([])
        var next = kept + 1
        let rows = try RawStatement(
            scratch.db, "SELECT DISTINCT seq FROM candidate WHERE seq > ? ORDER BY seq")
        rows.bind(kept, at: 1)
        while try rows.step() {
            let sequence = rows.integer(0)
            if sequence > last { break }
            if sequence > next { lost.add(next...sequence - 1) }
            next = sequence + 1
        }
        if next <= last { lost.add(next...last) }
        return lost
    }
}
