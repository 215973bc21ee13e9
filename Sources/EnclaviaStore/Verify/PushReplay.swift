import EnclaviaCore
import GRDB

/// Compares `push`, `push_json` and `push_label` with a replay of the events, push by push: both sides
/// come in the order of their ids, so that neither is ever held whole.
struct PushReplay {
    private let events: RawStatement
    private let rows: RawStatement
    private let label: RawStatement
    private var hasEvent: Bool
    private var labels = 0

    init(_ db: Database) throws {
        events = try RawStatement(
            db,
            """
            SELECT push_id, seq, data FROM event INDEXED BY event_push
            WHERE push_id IS NOT NULL ORDER BY push_id, seq
            """)
        let columns = PushColumn.all.map { "push.\($0.name)" }.joined(separator: ", ")
        rows = try RawStatement(
            db,
            """
            SELECT \(columns), push_json.json, push.num
            FROM push LEFT JOIN push_json USING (num) ORDER BY push.id
            """)
        label = try RawStatement(
            db,
            """
            SELECT 1 FROM push_label WHERE key = ? AND value = ? AND started_at = ? AND num = ?
            """)
        hasEvent = try events.step()
    }

    /// - Returns: the first difference.
    mutating func run(
        _ report: inout VerifyReport, progress: (Int) -> Void, _ db: Database
    ) throws -> VerifyDifference? {
        while hasEvent {
            let (id, record, fault) = try nextPush()
            if let fault { return fault }
            guard let record else { continue }
            if let difference = try compare(record, id) { return difference }
            report.pushes += 1
            if report.pushes % 4096 == 0 { progress(report.events) }
        }
        if try rows.step() {
            return .projection(table: "push", key: rows.text(0), column: nil)
        }
        let counts: [(String, Int)] = [("push_json", report.pushes), ("push_label", labels)]
        for (table, count) in counts {
            let found = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
            if found != count { return .projection(table: table, key: "count", column: nil) }
        }
        return nil
    }

    /// Replays the events of the next push.
    private mutating func nextPush() throws -> (String, PushRecord?, VerifyDifference?) {
        let id = events.text(0)
        var record: PushRecord?
        repeat {
            let sequence = events.integer(1)
            do {
                let event = try JSONText.decode(
                    CloudEvent.self, fromBytes: Array(events.bytes(2))
                ).event
                guard case .push(let push, let step) = event.subject else {
                    return (id, nil, .unreadable(sequence: sequence, detail: "no push event"))
                }
                record = record.applying(step, of: push)
            } catch {
                return (id, nil, .unreadable(sequence: sequence, detail: "\(error)"))
            }
            hasEvent = try events.step()
        } while hasEvent && events.bytes(0).elementsEqual(id.utf8)
        return (id, record, nil)
    }

    private mutating func compare(_ record: PushRecord, _ id: String) throws -> VerifyDifference? {
        let table = "push"
        guard try rows.step() else { return .projection(table: table, key: id, column: nil) }
        let json = PushJSON(record)
        guard rows.bytes(0).elementsEqual(id.utf8) else {
            let found = rows.text(0)
            return .projection(table: table, key: min(found, id), column: nil)
        }
        for (index, column) in PushColumn.all.enumerated() {
            guard try rows.equals(column.value(json), CInt(index)) else {
                return .projection(table: table, key: id, column: column.name)
            }
        }
        let last = CInt(PushColumn.all.count)
        guard rows.bytes(last).elementsEqual(try JSONText.encode(json).utf8) else {
            return .projection(table: "push_json", key: id, column: "json")
        }
        return try compareLabels(json, num: rows.integer(last + 1))
    }

    private mutating func compareLabels(_ json: PushJSON, num: Int64) throws -> VerifyDifference? {
        for (key, value) in json.labels {
            label.bind(key, at: 1)
            label.bind(value, at: 2)
            label.bind(json.startedAt.description, at: 3)
            label.bind(num, at: 4)
            guard try label.first({ _ in true }) != nil else {
                return .projection(
                    table: "push_label", key: "\(json.id) \(key)=\(value)", column: nil)
            }
            labels += 1
        }
        return nil
    }
}
