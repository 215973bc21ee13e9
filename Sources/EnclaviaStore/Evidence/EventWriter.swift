import EnclaviaCore
import GRDB

/// Writes events and what they make of the projections, inside one immediate transaction.
struct EventWriter {
    let db: Database
    let chain: ChainID
    private(set) var head: EventChain.Head
    private let secrets: SecretScrubber
    /// The texts of the events written so far.
    private var lines: [String] = []

    /// The events written so far.
    var events: StoredEvents { StoredEvents(chain: chain, texts: lines, last: head.sequence) }

    /// - Parameter secrets: what no event may hold.
    init(_ db: Database, _ secrets: SecretScrubber) throws {
        self.db = db
        self.secrets = secrets
        chain = try EventChain.id(db)
        head = try EventChain.head(db)
    }

    /// Adds an event that is about no push.
    ///
    /// - Parameter follows: of an event that comes late, the newest that was there when it happened.
    mutating func append(_ event: HistoryEvent, follows: Int64? = nil) throws {
        lines.append(
            try EventChain.append(
                event.without(secrets), of: chain, after: &head, follows: follows, db))
    }

    /// Adds an `imported` event around a record whose JSON text is there already, and leaves the
    /// projections to the caller.
    mutating func append(imported record: PushRecord, text: String, _ metadata: EventMetadata)
        throws
    {
        let line = ImportedEventText(
            id: metadata.id, time: metadata.time, chain: chain, push: record.id, json: text
        ).text(
            sequence: try EventChain.next(after: head, db),
            previousHash: Hexadecimal.encode(head.hash))
        try EventChain.append(line, after: &head, db)
        lines.append(line)
    }

    /// Adds events of one push, and brings its row, which is `old` so far, up to date.
    ///
    /// - Parameter follows: of events that come late, the newest that was there when they happened.
    /// - Returns: the record after the last of them; `nil` where the events make none, because the
    ///   first of a push is missing.
    @discardableResult
    mutating func append(
        _ events: [HistoryEvent], to id: PushID, replacing old: ProjectedPush?,
        follows: Int64? = nil
    ) throws -> PushRecord? {
        var record = old?.record
        var rank = old?.place?.rank
        for event in events.map({ $0.without(secrets) }) {
            if case .push(_, let step) = event.subject { record = record.applying(step, of: id) }
            try append(event.of(record), follows: follows)
            rank = PushPlace.rank(
                record, PushPlace.rank(of: head.sequence, follows: follows), before: rank)
        }
        if let record { try PushProjection.put(record, of: rank, replacing: old, db) }
        return record
    }
}

extension PushRecord? {
    /// The record after one more step; a step that tells only a part changes nothing where there is no
    /// record yet.
    func applying(_ step: PushStep, of id: PushID) -> PushRecord? {
        guard var record = self else { return step.record(of: id) }
        record.apply(step)
        return record
    }
}
