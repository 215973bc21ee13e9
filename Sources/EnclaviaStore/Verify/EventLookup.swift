import EnclaviaCore
import GRDB

/// Finds stored events by their place in the chain.
///
/// Each look-up is a transaction of its own: while a log is read, other commands append events to the store and then
/// to the log, and a stored event does not change, except that it may be pruned.
struct EventLookup {
    /// What the store has in a line's place.
    enum Found {
        /// The event of the line: the same bytes, or, if it was pruned, bytes with the same hash.
        case same
        /// Another event.
        case other
        case nothing
    }

    let names: ChainNames
    /// The source of the oldest event that has its text, if that is a host, as in events of older versions.
    private let host: String?
    private let event: RawStatement
    private let hash: RawStatement

    init(_ db: Database) throws {
        names = try EventChain.names(db)
        event = try RawStatement(db, "SELECT data, data_hash FROM event WHERE seq = ?")
        hash = try RawStatement(db, "SELECT hash FROM event WHERE seq = ?")
        let oldest = try String.fetchOne(
            db, sql: "SELECT data FROM event WHERE typeof(data) = 'text' ORDER BY seq LIMIT 1")
        let source = oldest.flatMap { EventLogLine(Array($0.utf8))?.source }
        host = source.flatMap { EventLogLine.isHost($0) ? $0 : nil }
    }

    func find(_ sequence: Int64, _ line: [UInt8]) throws -> Found {
        event.bind(sequence, at: 1)
        return try event.first { row -> Found in
            let isSame = line.withUnsafeBytes { line in
                row.isNull(0)
                    ? row.bytes(1).elementsEqual(HashChain.hash(line))
                    : row.bytes(0).elementsEqual(line)
            }
            return isSame ? .same : .other
        } ?? .nothing
    }

    /// Whether a line that names a host as its source, and is not in the store, is nevertheless of this chain: it
    /// follows an event of this chain, or names the same host as the events of this chain.
    func isOwn(_ line: EventLogLine) throws -> Bool {
        if let host, line.source == host { return true }
        guard let sequence = line.place, sequence > 1, let previous = line.prevhash else {
            return false
        }
        hash.bind(sequence - 1, at: 1)
        return try hash.first { row in
            Hexadecimal.encode(Array(row.bytes(0))) == previous
        } ?? false
    }
}
