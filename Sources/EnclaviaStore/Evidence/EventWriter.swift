import EnclaviaCore
import GRDB

/// Writes events and updates the projections, inside one immediate transaction.
struct EventWriter {
    let db: Database
    let chain: ChainID
    private(set) var head: EventChain.Head
    private let secrets: SecretScrubber
    /// The texts of the events written so far.
    private var lines: [String] = []

    /// The events written so far.
    var events: StoredEvents {
        StoredEvents(chain: chain, texts: lines, last: head.sequence, head: head.hash)
    }

    /// - Parameter secrets: what no event may hold.
    init(_ db: Database, _ secrets: SecretScrubber) throws {
        self.db = db
        self.secrets = secrets
        chain = try EventChain.id(db)
        head = try EventChain.head(db)
    }

    /// Appends an event that concerns no push.
    ///
    /// - Parameter follows: for an event that is appended late, the newest event in the chain when it happened.
    mutating func append(_ event: HistoryEvent, follows: Int64? = nil) throws {
        lines.append(
            try EventChain.append(
                event.without(secrets), of: chain, after: &head, follows: follows, db))
    }

    /// Appends an `imported` event around a record's existing JSON text; the caller updates the projections.
    ///
    /// - Parameter insertion: ``EventChain/insertRow``.
    mutating func append(
        imported push: PushID, text: String, _ metadata: EventMetadata,
        with insertion: RawStatement
    ) throws {
        let line = ImportedEventText(
            id: metadata.id, time: metadata.time, chain: chain, push: push, json: text
        ).text(
            sequence: try EventChain.next(after: head, db),
            previousHash: Hexadecimal.encode(head.hash))
        try EventChain.append(line, after: &head, with: insertion, db)
        lines.append(line)
    }

    /// Appends events of one push, and updates its row from `old`.
    ///
    /// - Parameter follows: for events that are appended late, the newest event in the chain when they happened.
    /// - Returns: the record after the last event; `nil` if there is none, because the push's first event is
    ///   missing.
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
    /// The record after one more step; `nil` if there was none and the step holds only a part of one.
    func applying(_ step: PushStep, of id: PushID) -> PushRecord? {
        guard var record = self else { return step.record(of: id) }
        record.apply(step)
        return record
    }
}
