import EnclaviaCore
import GRDB

extension HistoryStore {
    package func statistics(
        _ query: HistoryQuery, day: (Timestamp) -> String
    ) throws(StoreError) -> [DayStatistics] {
        try readStore { db in
            let dead = try Liveness(db, paths).dead
            let sql = try QuerySQL(query, db: db, dead: dead).countable
            var counter = DayCounter(dead: Set(dead.map(\.text)))
            let rows = try Row.fetchCursor(db, SQLRequest(literal: sql))
            while let row = try rows.next() { counter.count(row, day: day) }
            return counter.sorted
        } ?? []
    }
}

/// Counts pushes by day and repository.
private struct DayCounter {
    let dead: Set<String>
    private var counts: [Key: DayStatistics] = [:]
    /// The quarter of an hour that was named last, and its day.
    private var quarter: (number: Int64, day: String)?

    private struct Key: Hashable {
        let day: String
        let owner: String?
        let repository: String?
    }

    init(dead: Set<String>) {
        self.dead = dead
    }

    mutating func count(_ row: Row, day: (Timestamp) -> String) {
        guard let moment = Timestamp(row[0] as String), let outcome = outcome(row) else { return }
        let key = Key(day: name(moment, day), owner: row[1], repository: row[2])
        let blank = DayStatistics(day: key.day, owner: key.owner, repository: key.repository)
        counts[key, default: blank].outcomes[outcome, default: 0] += 1
        if let notify = (row[4] as String?).flatMap(NotifyOutcome.init) {
            counts[key, default: blank].notifications[notify, default: 0] += 1
        }
    }

    private func outcome(_ row: Row) -> PushOutcome? {
        let outcome = PushOutcome(rawValue: row[3])
        guard outcome == .running, dead.contains(row[5]) else { return outcome }
        return .interrupted
    }

    private mutating func name(_ moment: Timestamp, _ day: (Timestamp) -> String) -> String {
        let number = moment.milliseconds / 900_000
        if let quarter, quarter.number == number { return quarter.day }
        let name = day(moment)
        quarter = (number, name)
        return name
    }

    var sorted: [DayStatistics] {
        counts.values.sorted {
            ($0.day, $0.owner ?? "", $0.repository ?? "")
                < ($1.day, $1.owner ?? "", $1.repository ?? "")
        }
    }
}
