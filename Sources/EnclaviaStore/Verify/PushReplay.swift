import EnclaviaCore
import GRDB

/// Compares `push_json` with a replay of the events, push by push: both sides come in the order of their
/// ids, so that neither is ever held whole. ``ColumnCheck`` holds the other tables against `push_json`.
struct PushReplay {
    private let db: Database
    /// Whether the store has the pushes' places.
    private let hasPlaces: Bool
    private let events: RawStatement
    private let rows: RawStatement
    private var hasEvent: Bool
    private var hasRow: Bool

    init(_ db: Database) throws {
        self.db = db
        hasPlaces = try PushPlace.areStored(db)
        events = try RawStatement(
            db,
            """
            SELECT push_id, seq, data FROM event INDEXED BY event_push
            WHERE push_id IS NOT NULL ORDER BY push_id, seq
            """)
        rows = try RawStatement(
            db,
            """
            SELECT push.id, push_json.json\(hasPlaces ? ", push.effective_rank" : "")
            FROM push LEFT JOIN push_json USING (num)
            ORDER BY push.id
            """)
        hasEvent = try events.step()
        hasRow = try rows.step()
    }

    /// - Returns: the first difference.
    mutating func run(
        _ report: inout VerifyReport, progress: (Int) -> Void
    ) throws -> VerifyDifference? {
        while hasEvent {
            if let difference = try comparePush(&report) { return difference }
            if report.pushes % 4096 == 0 { progress(report.events) }
        }
        if hasRow { return .projection(table: "push", key: rows.text(0), column: nil) }
        let found = try Int.fetchOne(db, sql: "SELECT count(*) FROM push_json")
        return found == report.pushes
            ? nil : .projection(table: "push_json", key: "count", column: nil)
    }

    private mutating func comparePush(_ report: inout VerifyReport) throws -> VerifyDifference? {
        let id = events.text(0)
        let isBeside = hasRow && rows.bytes(0).elementsEqual(id.utf8)
        let first = (sequence: events.integer(1), text: Array(events.bytes(2)))
        hasEvent = try events.step()
        // Most pushes of a large history were imported by one event, which holds the record as it is.
        let isOnly = !hasEvent || !events.bytes(0).elementsEqual(id.utf8)
        if isBeside, isOnly, ImportedEventText.isImport(first.text, of: id, json: rows.bytes(1)) {
            report.pushes += 1
            hasRow = try rows.step()
            return nil
        }
        let (record, rank, fault) = try replay(first, of: id)
        if let fault { return fault }
        guard let record else { return nil }
        guard isBeside else {
            let key = hasRow ? min(rows.text(0), id) : id
            return .projection(table: "push", key: key, column: nil)
        }
        guard try isText(rows.bytes(1), of: record) else {
            return .projection(table: "push_json", key: id, column: "json")
        }
        // Of imported ones, OrderCheck knows all.
        guard !hasPlaces || record.origin != nil || rows.equals(rank.databaseValue, 2) else {
            return .projection(table: "push", key: id, column: "effective_rank")
        }
        report.pushes += 1
        hasRow = try rows.step()
        return nil
    }

    /// Replays the first event of a push and those that follow it.
    ///
    /// - Returns: its record, and the rank of the event from which it has had its digest.
    private mutating func replay(
        _ first: (sequence: Int64, text: [UInt8]), of id: String
    ) throws -> (PushRecord?, Int64?, VerifyDifference?) {
        var record: PushRecord?
        var rank: Int64?
        var event = first
        while true {
            do {
                let read = try JSONText.decode(CloudEvent.self, fromBytes: event.text)
                guard case .push(let push, let step) = read.event.subject else {
                    return (
                        nil, nil,
                        .unreadable(sequence: event.sequence, detail: "no push event")
                    )
                }
                record = record.applying(step, of: push)
                let place = PushPlace.rank(of: event.sequence, follows: read.follows)
                rank = PushPlace.rank(record, place, before: rank)
            } catch {
                return (nil, nil, .unreadable(sequence: event.sequence, detail: "\(error)"))
            }
            guard hasEvent, events.bytes(0).elementsEqual(id.utf8) else {
                return (record, rank, nil)
            }
            event = (events.integer(1), Array(events.bytes(2)))
            hasEvent = try events.step()
        }
    }

    private func isText(_ text: UnsafeRawBufferPointer, of record: PushRecord) throws -> Bool {
        text.elementsEqual(try JSONText.encode(PushJSON(record)).utf8)
    }
}
