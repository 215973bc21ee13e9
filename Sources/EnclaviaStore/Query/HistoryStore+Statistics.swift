import EnclaviaCore
import GRDB

extension HistoryStore {
    package func forEachDay(
        _ query: HistoryQuery, isByRepository: Bool, day: (Timestamp) -> String,
        _ passes: [(DayStatistics) throws -> Void]
    ) throws {
        _ = try read { db in
            let orphaned = try RunningPushes(db, paths).orphaned
            let sql = try QuerySQL(query, db: db, orphaned: orphaned)
                .countedByDay(isByRepository: isByRepository)
            for pass in passes {
                let rows = CountedRows(try RawStatement(db, sql), orphaned: orphaned)
                var counter = DayCounter()
                while let push = try rows.next() {
                    guard let complete = counter.begin(rows.statement, day: day) else { continue }
                    for day in complete { try CallbackError.run { try pass(day) } }
                    counter.count(push, rows.statement)
                }
                for day in counter.takeAll() { try CallbackError.run { try pass(day) } }
            }
        }
    }

    package func countByUser(_ query: HistoryQuery) throws(StoreError) -> [UserStatistics] {
        try readStore { db in
            let orphaned = try RunningPushes(db, paths).orphaned
            let sql = try QuerySQL(query, db: db, orphaned: orphaned).countedByUser
            let rows = CountedRows(try RawStatement(db, sql), orphaned: orphaned)
            var users = NumberedNames()
            var counts: [PushCounts] = []
            while let push = try rows.next() {
                let number = users.number(rows.statement)
                if number == counts.count { counts.append(PushCounts()) }
                counts[number].count(push.outcome, notify: push.notify)
            }
            return counts.indices.map { UserStatistics(user: users[$0].name, counts: counts[$0]) }
        } ?? []
    }
}

/// The outcomes of the pushes that statistics count: the first three columns are the push's outcome, that of its
/// notification, and its id.
private struct CountedRows {
    let statement: RawStatement
    private let orphaned: Set<String>
    private let outcomes = Words<PushOutcome>()
    private let notifications = Words<NotifyOutcome>()

    init(_ statement: RawStatement, orphaned: [PushID]) {
        self.statement = statement
        self.orphaned = Set(orphaned.map(\.text))
    }

    func next() throws -> (outcome: PushOutcome, notify: NotifyOutcome?)? {
        while try statement.step() {
            guard var outcome = outcomes.value(of: statement.bytes(0)) else { continue }
            if outcome == .running, orphaned.contains(statement.text(2)) { outcome = .interrupted }
            return (outcome, notifications.value(of: statement.bytes(1)))
        }
        return nil
    }
}

/// Finds a value by the bytes of its word.
private struct Words<Value: CaseIterable & RawRepresentable<String>> {
    private let words = Value.allCases.map { (bytes: Array($0.rawValue.utf8), value: $0) }

    func value(of bytes: UnsafeRawBufferPointer) -> Value? {
        for word in words where word.bytes.withUnsafeBytes({ $0.equals(bytes) }) {
            return word.value
        }
        return nil
    }
}

/// Counts pushes by day and repository, oldest first, and holds only the newest days.
private struct DayCounter {
    private var repositories = NumberedNames()
    /// The newest day, and older ones that may occur again.
    private var current = Day(name: "", newest: Timestamp(milliseconds: 0))
    private var others: [Day] = []
    /// The last time that was looked up.
    private var quarter: QuarterHour?

    private struct Day {
        let name: String
        /// The beginning of the newest pushes, to a quarter of an hour.
        var newest: Timestamp
        /// By the number of the repository.
        var counts: [Int: PushCounts] = [:]
    }

    /// Goes to the day of a row, and returns the days that are complete before it; `nil` for a row without a time.
    mutating func begin(_ row: RawStatement, day: (Timestamp) -> String) -> [DayStatistics]? {
        if let quarter, quarter.contains(row.bytes(5)) { return [] }
        guard let moment = Timestamp(row.text(5)) else { return nil }
        quarter = QuarterHour(row.bytes(5))
        let name = day(moment)
        if name != current.name {
            if !current.counts.isEmpty { others.append(current) }
            let place = others.firstIndex { $0.name == name }
            current = place.map { others.remove(at: $0) } ?? Day(name: name, newest: moment)
        }
        current.newest = moment
        return takeComplete(at: moment)
    }

    mutating func count(_ push: (outcome: PushOutcome, notify: NotifyOutcome?), _ row: RawStatement)
    {
        current.counts[repositories.number(row), default: PushCounts()]
            .count(push.outcome, notify: push.notify)
    }

    /// Removes and returns the oldest days, if `moment` is so much later that they cannot occur again: a day lasts
    /// 24 hours, and may occur twice when a time zone moves across the date line.
    private mutating func takeComplete(at moment: Timestamp) -> [DayStatistics] {
        let twoDays: Int64 = 2 * 24 * 3_600_000
        guard others.count > 1,
            others.contains(where: { moment.milliseconds - $0.newest.milliseconds > twoDays })
        else { return [] }
        others.sort { $0.name < $1.name }
        let complete = others.prefix { moment.milliseconds - $0.newest.milliseconds > twoDays }
        others.removeFirst(complete.count)
        return complete.flatMap(statistics)
    }

    mutating func takeAll() -> [DayStatistics] {
        (others + [current]).sorted { $0.name < $1.name }.flatMap(statistics)
    }

    private func statistics(of day: Day) -> [DayStatistics] {
        repositories.sorted(day.counts.keys).map { number in
            let (owner, repository) = repositories[number]
            return DayStatistics(
                day: day.name, number: number, owner: owner, repository: repository,
                counts: day.counts[number] ?? PushCounts())
        }
    }
}
