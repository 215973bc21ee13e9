import EnclaviaCore
import GRDB

extension SalvageScratch {
    /// How far two chains are followed to find the longer one.
    private static let mostFollowed = 4096
    private static let mostForks = 100

    /// The greatest number of an event after `sequence`; `sequence` if there is none. No hash covers the number of a
    /// pruned one.
    func newest(after sequence: Int64) throws -> Int64 {
        let rows = try RawStatement(
            db,
            "SELECT seq, data FROM candidate WHERE seq > ? AND data IS NOT NULL ORDER BY seq DESC")
        rows.bind(sequence, at: 1)
        while try rows.step() {
            let event = try? JSONText.decode(CloudEvent.self, fromBytes: Array(rows.bytes(1)))
            if event != nil { return rows.integer(0) }
        }
        return sequence
    }

    /// Whether two rows that may be events have the same number.
    func hasRivals() throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM candidate GROUP BY seq HAVING count(*) > 1)"
        return try Bool.fetchOne(db, sql: sql) ?? false
    }

    /// Whether no other row of the event's number, after the same event, has more events that follow from it.
    ///
    /// - Parameter forks: how many were compared before; of more than ``mostForks``, the first row is taken.
    func isLongest(
        _ event: StoredEvent, after head: EventChain.Head, _ forks: inout Int
    ) throws -> Bool {
        let rivals = try followers(of: head)
        guard rivals.count > 1, forks < Self.mostForks else { return true }
        forks += 1
        let own = try length(from: EventChain.Head(sequence: event.sequence, hash: event.hash))
        return try rivals.allSatisfy { rival in
            try rival.elementsEqual(event.hash)
                || length(from: EventChain.Head(sequence: event.sequence, hash: rival)) <= own
        }
    }

    /// How many events follow from one, up to ``mostFollowed``.
    private func length(from head: EventChain.Head) throws -> Int {
        var head = head
        for length in 0..<Self.mostFollowed {
            guard let next = try followers(of: head).first else { return length }
            head = EventChain.Head(sequence: head.sequence + 1, hash: next)
        }
        return Self.mostFollowed
    }

    /// The hashes of the rows that follow from an event.
    private func followers(of head: EventChain.Head) throws -> [[UInt8]] {
        let rows = try RawStatement(
            db, "SELECT data_hash, hash FROM candidate WHERE seq = ? ORDER BY num")
        rows.bind(head.sequence + 1, at: 1)
        var found: [[UInt8]] = []
        while try rows.step() {
            let hash = Array(rows.bytes(1))
            if HashChain.link(head.hash, Array(rows.bytes(0))) == hash, !found.contains(hash) {
                found.append(hash)
            }
        }
        return found
    }
}
