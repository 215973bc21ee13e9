import EnclaviaCore
import GRDB

/// How far a damaged chain went beyond the last event that was kept.
struct SalvagedEnd {
    /// The last event that was kept.
    private let kept: Int64
    /// The greatest number that an event is known to have had.
    private(set) var last: Int64
    /// Whether there may have been later ones.
    private(set) var isUnknown: Bool

    /// Whether the chain does not end at the last event that was kept.
    var isBroken: Bool { last > kept || isUnknown }

    init(_ damaged: DamagedStore, _ scratch: SalvageScratch, after kept: Int64) throws {
        self.kept = kept
        // No hash covers the number of a pruned event.
        let found = try Int64.fetchOne(
            scratch.db, sql: "SELECT max(seq) FROM candidate WHERE data IS NOT NULL")
        last = max(kept, found ?? 0)
        let indexes = damaged.indexed.compactMap { $0 }
        if damaged.isTableRead {
            isUnknown = damaged.isLogDamaged
            // One index alone may be what is damaged.
            if indexes.count == 2 { last = max(last, indexes.min() ?? 0) }
        } else {
            isUnknown = damaged.isLogDamaged || indexes.isEmpty
            last = max(last, indexes.max() ?? damaged.indexedInPages)
            addLogged(damaged)
        }
    }

    private mutating func addLogged(_ damaged: DamagedStore) {
        last = max(last, damaged.loggedThrough ?? 0)
    }

    /// Notes that the tables have what no event has.
    mutating func addUnknown(_ damaged: DamagedStore) {
        guard !isBroken else { return }
        isUnknown = true
        addLogged(damaged)
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
