import Foundation
import TestSupport
import Testing

/// An event log as a shipper reads it.
struct EventLogText {
    /// An event of a chain, with its number there.
    struct Event: Hashable {
        let source: String
        let sequence: Int
        let id: String
    }

    /// The events of whole lines, in the order of the file; those of a spool have no number yet.
    private(set) var events: [Event] = []
    private(set) var problems: [Problem] = []

    init(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if let rest = lines.popLast(), !rest.isEmpty {
            let end = rest.contains(0) ? "NUL bytes" : "half a line"
            problems.append(Problem("the event log ends in \(end)", "\(rest.count) bytes"))
        }
        var damaged: [Int] = []
        for (number, line) in lines.enumerated() {
            guard
                let event = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any],
                let id = event["id"] as? String
            else {
                damaged.append(number + 1)
                continue
            }
            guard let source = event["source"] as? String,
                let sequence = (event["sequence"] as? String).flatMap({ Int($0) })
            else { continue }
            events.append(Event(source: source, sequence: sequence, id: id))
        }
        if let first = damaged.first {
            let what = lines[first - 1].contains(0) ? "NUL bytes" : "a line that is not an event"
            let count = "\(damaged.count) of \(lines.count) lines"
            problems.append(
                Problem("the event log holds \(what)", "\(count), the first is \(first)"))
        }
    }

    /// Reads the log of a machine; one that is not there is empty.
    init(_ machine: PowerLossMachine) throws {
        let isThere = FileManager.default.fileExists(atPath: machine.eventLog)
        self.init(
            isThere ? Array(try Data(contentsOf: URL(filePath: machine.eventLog))) : [])
    }

    /// The problems of the log, compared with the table of events.
    ///
    /// - Parameter shipped: the log as a shipper may have read it just before the loss.
    func problems(
        beside machine: PowerLossMachine, shipped: EventLogText
    ) async throws -> [Problem] {
        let run = try await Run.program(
            "sqlite3",
            [
                "-readonly", machine.database,
                """
                SELECT json_group_array(json_array(seq, id, json_extract(data, '$.source')))
                FROM event WHERE data IS NOT NULL
                """,
            ])
        try #require(run.status == 0, "\(run.err)")
        let rows = try #require(try run.json() as? [[Any]])
        let table = try rows.map { row in
            Event(
                source: try #require(row[2] as? String), sequence: try #require(row[0] as? Int),
                id: try #require(row[1] as? String))
        }
        return problems + differences(from: table, shipped: shipped)
    }

    /// The differences between the log and the table, whose rows are in order.
    func differences(from table: [Event], shipped: EventLogText) -> [Problem] {
        var problems: [Problem] = []
        let chain = table.last?.source
        let ids = Dictionary(uniqueKeysWithValues: table.map { ($0.sequence, $0.id) })
        let told = Set(shipped.events + events).filter { $0.source == chain }
        let contradicted = told.filter {
            ids[$0.sequence].map { [id = $0.id] in $0 != id } ?? false
        }
        if let event = contradicted.min(by: { $0.sequence < $1.sequence }) {
            problems.append(
                Problem(
                    "the event log and the table give one number to two events",
                    "\(contradicted.count), the first is \(event.sequence)"))
        }
        let last = table.last?.sequence ?? 0
        if let event = told.first(where: { $0.sequence > last }) {
            problems.append(
                Problem("the event log has events that are not in the table", "\(event.sequence)"))
        }
        let own = events.filter { $0.source == chain }
        let logged = Set(own.map(\.id))
        let missing = table.filter {
            $0.sequence >= own.first?.sequence ?? 0 && !logged.contains($0.id)
        }
        if let event = missing.first {
            problems.append(
                Problem(
                    "the event log lacks events",
                    "\(missing.count) of \(table.count), the first is \(event.sequence)"))
        }
        return problems
    }
}
