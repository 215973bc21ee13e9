import EnclaviaCore
import GRDB

/// Keeps the events of a damaged store up to the first break of the chain.
struct SalvageWalk {
    private(set) var head = EventChain.Head.none
    private(set) var source = ChainSource()
    private var forks = 0
    /// The events that were pruned.
    private var blanks = SequenceRanges([])
    /// The events that a kept event says were pruned.
    private var covered: [ClosedRange<Int64>] = []
    /// The first event that is not kept in any case; `nil` if all are that follow from those before.
    let limit: Int64?

    init(limit: Int64?) {
        self.limit = limit
    }

    /// The pruned events that no kept event covers.
    var uncovered: SequenceRanges {
        let covered = SequenceRanges(covered)
        return SequenceRanges(
            blanks.ranges.flatMap { $0.filter { !covered.contains($0...$0) } }.map { $0...$0 })
    }

    /// Appends the next events to the store `db`, inside a transaction.
    mutating func takeBatch(
        _ count: Int, from scratch: SalvageScratch, to db: Database
    ) throws {
        let replay = try StoreReplay(db)
        let hasRivals = try scratch.hasRivals()
        var taken = 0
        try scratch.forEachEvent(from: head.sequence + 1) { event in
            guard taken < count, event.sequence <= head.sequence + 1,
                limit.map({ head.sequence + 1 < $0 }) ?? true
            else { return false }
            if event.sequence == head.sequence + 1,
                try !hasRivals || scratch.isLongest(event, after: head, &forks), accept(event)
            {
                try replay.append(event)
                taken += 1
            }
            return true
        }
    }

    /// Whether the event follows from the one before, in every way that ``ChainWalk`` checks.
    private mutating func accept(_ event: StoredEvent) -> Bool {
        guard HashChain.link(head.hash, event.dataHash) == event.hash else { return false }
        if let text = event.text {
            guard String(validating: text, as: UTF8.self) != nil,
                let read = try? JSONText.decode(CloudEvent.self, fromBytes: text).event
            else { return false }
            var next = source
            let isNext = text.withUnsafeBufferPointer { text in
                EventPlace.source(in: text, after: head).map {
                    next.accepts($0, in: text, after: head)
                } ?? false
            }
            guard isNext else { return false }
            source = next
            switch read.subject {
            case .pruned(let mark):
                covered += SequenceRanges(pairs: mark.ranges)?.ranges ?? []
            case .salvaged(let mark):
                covered += SequenceRanges(pairs: mark.blanked)?.ranges ?? []
            case .push, .login, .logout: break
            }
        } else {
            blanks.add(event.sequence...event.sequence)
        }
        head = EventChain.Head(sequence: event.sequence, hash: event.hash)
        return true
    }
}
