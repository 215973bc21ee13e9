import EnclaviaCore
import GRDB

/// A row of the table `event`.
struct StoredEvent: Hashable, Sendable {
    let sequence: Int64
    /// The event's JSON text; `nil` where it was pruned.
    let text: [UInt8]?
    let dataHash: [UInt8]
    let hash: [UInt8]
}

/// Fills a new store from the events of another: the events as they are, and every other table as it follows from
/// them.
struct StoreReplay {
    private let db: Database
    private let insertion: RawStatement

    /// - Parameter db: a store without events, inside a transaction.
    init(_ db: Database) throws {
        self.db = db
        insertion = try RawStatement(db, EventChain.insertRow)
    }

    /// Appends an event as it is, and applies it to the tables. The events must come in their order.
    func append(_ event: StoredEvent) throws {
        insertion.bind(event.sequence, at: 1)
        if let text = event.text {
            insertion.bind(text: text, at: 2)
        } else {
            insertion.bindNull(at: 2)
        }
        insertion.bind(event.dataHash, at: 3)
        insertion.bind(event.hash, at: 4)
        try insertion.run()
        if let text = event.text { try apply(text, at: event.sequence) }
    }

    /// An event that cannot be read changes no table; verifying reports it.
    private func apply(_ text: [UInt8], at sequence: Int64) throws {
        guard let read = try? JSONText.decode(CloudEvent.self, fromBytes: text),
            case .push(let id, let step) = read.event.subject
        else { return }
        let old = try PushProjection.find(id, db)
        guard let record = (old?.record).applying(step, of: id) else { return }
        let rank = PushPlace.rank(
            record, PushPlace.rank(of: sequence, follows: read.follows), before: old?.place?.rank)
        try PushProjection.put(record, of: rank, replacing: old, db)
    }
}
