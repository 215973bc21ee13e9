import EnclaviaCore
import GRDB

/// Walks the chain from its beginning.
struct ChainWalk {
    let db: Database
    /// A hash of the chain that was saved outside of the store; `nil` if none is given.
    let noted: [UInt8]?
    /// The chain's id; `nil` in a store that has none.
    let chain: ChainID?
    private var source: ChainSource
    /// The numbers of the events with the type of a salvaged one.
    private let salvages: [Int64]

    init(db: Database, noted: [UInt8]?) throws {
        self.db = db
        self.noted = noted
        chain = try? EventChain.id(db)
        let salvages = try EventChain.salvages(db)
        self.salvages = salvages.map(\.sequence)
        let first = salvages.first.flatMap(\.data)
        source = ChainSource(of: first.map { $0.chain.flatMap { ChainID($0) } } ?? chain)
    }

    /// - Parameter report: filled in as far as the walk came.
    mutating func run(_ report: inout VerifyReport, progress: (Int) -> Void) throws {
        let rows = try RawStatement(
            db, "SELECT seq, data, data_hash, hash FROM event ORDER BY seq")
        var head = EventChain.Head.none
        var blanks = SequenceRanges([])
        while try rows.step() {
            let sequence = rows.integer(0)
            // An event after a difference is compared with the stored values before it, right or wrong.
            if let difference = check(rows, sequence, after: head) {
                try add(difference, of: sequence, &report)
            }
            if rows.isNull(1) {
                blanks.add(sequence...sequence)
                report.pruned += 1
            }
            head = EventChain.Head(sequence: sequence, hash: Array(rows.bytes(3)))
            if head.hash == noted { report.notedSequence = sequence }
            report.events += 1
            if report.events % 8192 == 0 { progress(report.events) }
        }
        if head.sequence > 0 { report.head = Hexadecimal.encode(head.hash) }
        report.oldest = try oldest()
        if let noted, report.notedSequence == nil {
            report.differences.add(.head(noted: Hexadecimal.encode(noted)))
        }
        try addUnreadable(&report)
        report.salvages = source.salvages
        let valid = Set(source.salvages.map(\.sequence))
        for sequence in salvages where !valid.contains(sequence) {
            guard !report.differences.listed.contains(where: { $0.sequence == sequence }) else {
                continue
            }
            try add(.source(sequence: sequence), of: sequence, &report)
        }
        if source.chain != chain, !source.salvages.isEmpty {
            report.differences.add(.source(sequence: head.sequence))
        }
        let prunes = PruneCheck(db: db, blanks: blanks, salvages: source.salvages)
        if let difference = try prunes.run() {
            try add(difference, of: difference.sequence, &report)
        }
    }

    /// Adds a difference of an event, with the id of the event's push.
    private func add(
        _ difference: VerifyDifference, of sequence: Int64?, _ report: inout VerifyReport
    ) throws {
        if let sequence, !report.differences.isFull {
            let sql = "SELECT push_id FROM event WHERE seq = ? AND typeof(data) = 'text'"
            report.pushIDs[sequence] = try String.fetchOne(db, sql: sql, arguments: [sequence])
        }
        report.differences.add(difference)
    }

    /// Adds the events whose text SQLite does not accept as JSON: no index has them, so no other check finds them.
    private func addUnreadable(_ report: inout VerifyReport) throws {
        let rows = try RawStatement(
            db, "SELECT seq FROM event WHERE type IS NULL AND data IS NOT NULL ORDER BY seq")
        while try rows.step() {
            report.differences.add(
                .unreadable(sequence: rows.integer(0), detail: "it is not JSON with a type"))
        }
    }

    /// The time of the oldest event that has its text.
    private func oldest() throws -> Timestamp? {
        let sql = "SELECT time FROM event WHERE typeof(data) = 'text' ORDER BY seq LIMIT 1"
        return try String.fetchOne(db, sql: sql).flatMap { Timestamp($0) }
    }

    private mutating func check(
        _ row: RawStatement, _ sequence: Int64, after head: EventChain.Head
    ) -> VerifyDifference? {
        // The first condition prevents an overflow: no number follows the largest.
        guard head.sequence < .max, sequence == head.sequence + 1 else {
            return .sequence(expected: head.sequence &+ 1, found: sequence)
        }
        guard row.isInteger(0), row.isNull(1) || row.isText(1), row.isBlob(2), row.isBlob(3) else {
            return .projection(table: "event", key: "\(sequence)", column: "storage class")
        }
        let dataHash = Array(row.bytes(2))
        if !row.isNull(1) {
            guard HashChain.hash(row.bytes(1)) == dataHash else { return .data(sequence: sequence) }
        }
        guard HashChain.link(head.hash, dataHash).elementsEqual(row.bytes(3)) else {
            return .chain(sequence: sequence)
        }
        return row.isNull(1) ? nil : attributes(row.bytes(1), sequence, head)
    }

    /// Compares the previous hash, the sequence number and the source in an event's text with the chain. Somebody
    /// who forges the chain may forget them.
    private mutating func attributes(
        _ text: UnsafeRawBufferPointer, _ sequence: Int64, _ head: EventChain.Head
    ) -> VerifyDifference? {
        let text = text.bindMemory(to: UInt8.self)
        guard let named = EventPlace.source(in: text, after: head) else {
            return .place(sequence: sequence)
        }
        return source.accepts(named, in: text, after: head) ? nil : .source(sequence: sequence)
    }
}
