import EnclaviaCore
import GRDB

/// Compares `push_json` with a replay of the events, push by push: both sides come in the order of their ids, so
/// that neither is ever held whole. ``ColumnCheck`` compares the other tables with `push_json`.
struct PushReplay {
    private let db: Database
    /// Whether the store has the pushes' places.
    private let hasPlaces: Bool
    private let events: RawStatement
    private let rows: RawStatement
    private var hasEvent: Bool
    private var hasRow: Bool
    /// The rows of `push` that have one of `push_json` beside them.
    private var texts = 0
    /// How many of the differences that were found ``ColumnCheck`` finds, too.
    private(set) var repeated = 0
    private let columns: ColumnCheck
    private let columnsOfPush: RawStatement

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
            SELECT push.id, push_json.json, push.origin_imported_at\
            \(hasPlaces ? ", push.effective_rank" : "")
            FROM push LEFT JOIN push_json USING (num)
            ORDER BY push.id
            """)
        columns = try ColumnCheck(db: db)
        columnsOfPush = try columns.ofOnePush()
        hasEvent = try events.step()
        hasRow = try rows.step()
    }

    /// - Parameter report: gets the differences, and the numbers of pushes.
    mutating func run(_ report: inout VerifyReport, progress: (Int) -> Void) throws {
        report.imported = 0
        while hasEvent || hasRow {
            switch side {
            case .row:
                report.differences.add(
                    .projection(table: "push", key: rows.text(0), column: nil, field: .surplusRow))
                try nextRow()
            case .event, .both:
                try comparePush(isBeside: side == .both, &report)
            }
            if report.pushes % 4096 == 0 { progress(report.events) }
        }
        let found = try Int.fetchOne(db, sql: "SELECT count(*) FROM push_json")
        if found != texts {
            report.differences.add(.projection(table: "push_json", key: "count", column: nil))
        }
    }

    private enum Side {
        case event, row, both
    }

    /// Which of the two has the next push, by the bytes of the ids.
    private var side: Side {
        guard hasRow else { return .event }
        guard hasEvent else { return .row }
        let (event, row) = (events.bytes(0), rows.bytes(0))
        if event.elementsEqual(row) { return .both }
        return event.lexicographicallyPrecedes(row) ? .event : .row
    }

    private mutating func nextRow() throws {
        if !rows.isNull(1) { texts += 1 }
        hasRow = try rows.step()
    }

    private mutating func comparePush(isBeside: Bool, _ report: inout VerifyReport) throws {
        let id = events.text(0)
        let first = (sequence: events.integer(1), text: Array(events.bytes(2)))
        hasEvent = try events.step()
        // Most pushes of a large history were imported by one event, which holds the record as it is.
        let isOnly = !hasEvent || !events.bytes(0).elementsEqual(id.utf8)
        var record: PushRecord?
        if !isBeside || !isOnly
            || !ImportedEventText.isImport(first.text, of: id, json: rows.bytes(1))
        {
            let replayed = try replay(first, of: id)
            for difference in replayed.differences { report.differences.add(difference) }
            record = replayed.record
            if isBeside {
                if let record { try compare(record, replayed.rank, &report) }
            } else if record != nil {
                report.differences.add(
                    .projection(table: "push", key: id, column: nil, field: .missingRow))
            }
        }
        if isBeside || record != nil { report.pushes += 1 }
        guard isBeside else { return }
        if !rows.isNull(2) { report.imported = (report.imported ?? 0) + 1 }
        try nextRow()
    }

    /// Compares the row of the push with its record.
    private mutating func compare(
        _ record: PushRecord, _ rank: Int64?, _ report: inout VerifyReport
    ) throws {
        let wanted = PushJSON(record)
        guard try rows.bytes(1).elementsEqual(JSONText.encode(wanted).utf8) else {
            let found = try VerifyDifference.ofFields(in: Array(rows.bytes(1)), from: wanted)
            columnsOfPush.bind(wanted.id.text, at: 1)
            let others = try columnsOfPush.first(columns.compare) ?? []
            for difference in found {
                report.differences.add(difference)
                if others.contains(where: difference.isOfSameField) { repeated += 1 }
            }
            return
        }
        // OrderCheck compares the ranks of imported pushes.
        guard hasPlaces, record.origin == nil, !rows.equals(rank.databaseValue, 3) else { return }
        let field = rows.differingField("effective_rank", 3, expected: rank.databaseValue)
        report.differences.add(
            .projection(table: "push", key: record.id.text, column: field.name, field: field))
    }
}

extension PushReplay {
    /// The result of replaying the events of a push.
    private struct Replayed {
        var record: PushRecord?
        /// The rank of the event that gave the push its digest.
        var rank: Int64?
        /// The contradictions between the events.
        var differences: [VerifyDifference] = []
    }

    /// Replays the first event of a push and those that follow it; gives no record if one cannot be read.
    private mutating func replay(
        _ first: (sequence: Int64, text: [UInt8]), of id: String
    ) throws -> Replayed {
        var replayed = Replayed()
        var event = first
        var isReadable = true
        while true {
            if isReadable, let fault = apply(event, of: id, &replayed) {
                isReadable = false
                replayed.record = nil
                replayed.differences.append(
                    .unreadable(sequence: event.sequence, detail: fault))
            }
            guard hasEvent, events.bytes(0).elementsEqual(id.utf8) else { return replayed }
            event = (events.integer(1), Array(events.bytes(2)))
            hasEvent = try events.step()
        }
    }

    /// - Returns: why the text is not a valid event of a push; `nil` if it is.
    private func apply(
        _ event: (sequence: Int64, text: [UInt8]), of id: String, _ replayed: inout Replayed
    ) -> String? {
        do {
            let read = try JSONText.decode(CloudEvent.self, fromBytes: event.text)
            guard case .push(let push, let step) = read.event.subject else {
                return "it is not an event of a push"
            }
            replayed.record = replayed.record.applying(step, of: push)
            let place = PushPlace.rank(of: event.sequence, follows: read.follows)
            replayed.rank = PushPlace.rank(replayed.record, place, before: replayed.rank)
            if let stated = read.event.reference?.description,
                let own = replayed.record?.reference?.description,
                !stated.utf8.elementsEqual(own.utf8)
            {
                replayed.differences.append(
                    .reference(sequence: event.sequence, push: id, found: stated, expected: own))
            }
            return nil
        } catch {
            return ImportFault.text(error, event.text)
        }
    }
}
