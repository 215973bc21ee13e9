import EnclaviaCore
import GRDB

/// Writes events and what they make of the projections, inside one immediate transaction.
struct EventWriter {
    let db: Database
    let chain: ChainID
    private var head: EventChain.Head
    /// The texts of the events written so far, which are their lines in the event log.
    private(set) var lines: [String] = []

    init(_ db: Database) throws {
        self.db = db
        chain = try EventChain.id(db)
        head = try EventChain.head(db)
    }

    /// Adds an event that is about no push.
    ///
    /// - Parameter isSpooled: whether it comes from the spool.
    mutating func append(_ event: HistoryEvent, isSpooled: Bool = false) throws {
        lines.append(
            try EventChain.append(event, of: chain, after: &head, isSpooled: isSpooled, db))
    }

    /// Adds an `imported` event around a record whose JSON text is there already, and leaves the
    /// projections to the caller.
    mutating func append(imported record: PushRecord, text: String, _ stamp: EventStamp) throws {
        let line = ImportedEventText(
            id: stamp.id, time: stamp.time, chain: chain, push: record.id, json: text
        ).text(
            sequence: try EventChain.next(after: head, db),
            previousHash: Hexadecimal.encode(head.hash))
        try EventChain.append(line, after: &head, db)
        lines.append(line)
    }

    /// Adds events of one push, and brings its row, which is `old` so far, up to date.
    ///
    /// - Parameter isSpooled: whether they come from the spool.
    /// - Returns: the record after the last of them; `nil` where the events make none, because the
    ///   first of a push is missing.
    @discardableResult
    mutating func append(
        _ events: [HistoryEvent], to id: PushID, replacing old: ProjectedPush?,
        isSpooled: Bool = false
    ) throws -> PushRecord? {
        var record = old?.record
        var sequence = old?.place?.sequence
        for event in events {
            try append(event, isSpooled: isSpooled)
            if case .push(_, let step) = event.subject { record = record.applying(step, of: id) }
            sequence = PushPlace.sequence(record, head.sequence, before: sequence)
        }
        if let record {
            try PushProjection.put(
                record, at: sequence, isSpooled: isSpooled, replacing: old, db)
        }
        return record
    }
}

extension PushRecord? {
    /// The record after one more step; a step that tells only a part changes nothing where there is no
    /// record yet.
    func applying(_ step: PushStep, of id: PushID) -> PushRecord? {
        switch (self, step) {
        case (var record?, _):
            record.apply(step)
            return record
        case (nil, .started(let started)):
            return .started(started, by: id)
        case (nil, .finished(let whole)), (nil, .imported(let whole)),
            (nil, .reconciled(let whole)):
            return whole
        case (nil, _):
            return nil
        }
    }
}
