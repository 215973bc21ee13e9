import EnclaviaCore
import GRDB

extension HistoryStore {
    package func forEachDay(
        _ query: HistoryQuery, day: (Timestamp) -> String, _ body: (DayStatistics) throws -> Void
    ) throws {
        _ = try read { db in
            let orphaned = try RunningPushes(db, paths).orphaned
            let sql = try QuerySQL(query, db: db, orphaned: orphaned).countable
            var counter = DayCounter(orphaned: Set(orphaned.map(\.text)))
            let rows = try Row.fetchCursor(db, SQLRequest(literal: sql))
            while let row = try rows.next() {
                guard let moment = Timestamp(row[0] as String) else { continue }
                for count in counter.take(completeAt: moment) {
                    try CallbackError.run { try body(count) }
                }
                counter.count(row, at: moment, day: day)
            }
            for count in counter.takeAll() { try CallbackError.run { try body(count) } }
        }
    }
}

extension HistoryStore {
    package func countByUser(_ query: HistoryQuery) throws(StoreError) -> [UserStatistics] {
        try readStore { db in
            let orphaned = try RunningPushes(db, paths).orphaned
            let sql = try QuerySQL(query, db: db, orphaned: orphaned).countsByUser(
                orphaned: orphaned)
            var users: [UserStatistics] = []
            for row in try Row.fetchAll(db, SQLRequest(literal: sql)) {
                let user: String? = row[0]
                if users.isEmpty || users.last?.user != user {
                    users.append(UserStatistics(user: user))
                }
                let (isOrphaned, count): (Bool, Int) = (row[3], row[4])
                guard var outcome = PushOutcome(rawValue: row[1]) else { continue }
                if outcome == .running, isOrphaned { outcome = .interrupted }
                users[users.count - 1].outcomes[outcome, default: 0] += count
                if let notify = (row[2] as String?).flatMap(NotifyOutcome.init) {
                    users[users.count - 1].notifications[notify, default: 0] += count
                }
            }
            return users
        } ?? []
    }
}

/// Counts pushes by day and repository, oldest first, and holds only the newest days.
private struct DayCounter {
    private let orphaned: Set<String>
    private var days: [String: Day] = [:]
    /// The last quarter of an hour that was looked up, and its day.
    private var quarter: (number: Int64, day: String)?

    private struct Day {
        var counts: [Key: DayStatistics] = [:]
        var newest: Timestamp
    }

    private struct Key: Hashable {
        let owner: String?
        let repository: String?
    }

    init(orphaned: Set<String>) {
        self.orphaned = orphaned
    }

    mutating func count(_ row: Row, at moment: Timestamp, day: (Timestamp) -> String) {
        guard let outcome = outcome(row) else { return }
        let name = name(moment, day)
        let key = Key(owner: row[1], repository: row[2])
        let blank = DayStatistics(day: name, owner: key.owner, repository: key.repository)
        days[name, default: Day(newest: moment)].newest = moment
        days[name]?.counts[key, default: blank].outcomes[outcome, default: 0] += 1
        if let notify = (row[4] as String?).flatMap(NotifyOutcome.init) {
            days[name]?.counts[key, default: blank].notifications[notify, default: 0] += 1
        }
    }

    private func outcome(_ row: Row) -> PushOutcome? {
        let outcome = PushOutcome(rawValue: row[3])
        guard outcome == .running, orphaned.contains(row[5]) else { return outcome }
        return .interrupted
    }

    private mutating func name(_ moment: Timestamp, _ day: (Timestamp) -> String) -> String {
        let number = moment.milliseconds / 900_000
        if let quarter, quarter.number == number { return quarter.day }
        let name = day(moment)
        quarter = (number, name)
        return name
    }

    /// Removes and returns the oldest days, if `moment` is so much later that they cannot occur again: a day lasts
    /// 24 hours, and may occur twice when a time zone moves across the date line.
    mutating func take(completeAt moment: Timestamp) -> [DayStatistics] {
        guard days.count > 2 else { return [] }
        let twoDays: Int64 = 2 * 24 * 3_600_000
        let complete = days.keys.sorted().prefix { name in
            days[name].map { moment.milliseconds - $0.newest.milliseconds > twoDays } ?? true
        }
        return complete.flatMap { take($0) }
    }

    mutating func takeAll() -> [DayStatistics] {
        days.keys.sorted().flatMap { take($0) }
    }

    private mutating func take(_ name: String) -> [DayStatistics] {
        let counts = days.removeValue(forKey: name)?.counts ?? [:]
        return counts.values.sorted {
            ($0.owner ?? "", $0.repository ?? "") < ($1.owner ?? "", $1.repository ?? "")
        }
    }
}
