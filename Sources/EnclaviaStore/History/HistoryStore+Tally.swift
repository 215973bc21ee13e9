import EnclaviaCore
import GRDB

extension HistoryStore {
    /// Reads an index alone where nothing is filtered; the days are counted here, since only this process
    /// knows whose they are.
    package func tally(
        _ query: HistoryQuery, in zone: LocalZone
    ) throws(StoreError) -> [PushTally] {
        try readStore { db in
            let dead = Set(try Liveness(db, paths).dead.map(\.text))
            var unlimited = query
            unlimited.limit = nil
            var days = LocalDays(zone)
            var counts: [PushTally.Kind: Int] = [:]
            let rows = try Row.fetchCursor(
                db, SQLRequest(literal: try Self.rows(of: unlimited, db, dead)))
            while let row = try rows.next() {
                guard let day = days.day(of: row[0]), var outcome = PushOutcome(rawValue: row[3])
                else { throw StoreError.corrupt(path: paths.database.string, detail: "a push row") }
                if outcome == .running, dead.contains(row[5]) { outcome = .interrupted }
                let notify = (row[4] as String?).flatMap(NotifyOutcome.init)
                let kind = PushTally.Kind(
                    day: day, owner: row[1], repository: row[2], outcome: outcome,
                    notifyOutcome: notify)
                counts[kind, default: 0] += 1
            }
            return counts.map { PushTally($0, pushes: $1) }
        } ?? []
    }

    private static func rows(
        of query: HistoryQuery, _ db: Database, _ dead: Set<String>
    ) throws -> SQL {
        let columns: SQL = "started_at, owner, repository, outcome, notify_outcome, id"
        guard query != HistoryQuery() else { return "SELECT \(columns) FROM push" }
        let nums = try QuerySQL(query, db: db, dead: dead.compactMap { PushID($0) }).sql
        return "SELECT \(columns) FROM push WHERE num IN (\(nums))"
    }
}

extension PushTally {
    /// What the pushes of one tally have in common.
    fileprivate struct Kind: Hashable {
        let day: CivilDate
        let owner: String?
        let repository: String?
        let outcome: PushOutcome
        let notifyOutcome: NotifyOutcome?
    }

    fileprivate init(_ kind: Kind, pushes: Int) {
        self.init(
            day: kind.day, owner: kind.owner, repository: kind.repository, outcome: kind.outcome,
            notifyOutcome: kind.notifyOutcome, pushes: pushes)
    }
}

/// The local day of a time, remembered for the minute that it is in: no zone's day begins within one.
private struct LocalDays {
    private static let minuteLength = 16

    private let zone: LocalZone
    private var minute: Substring = ""
    private var latest: CivilDate?

    init(_ zone: LocalZone) {
        self.zone = zone
    }

    mutating func day(of text: String) -> CivilDate? {
        let minute = text.prefix(Self.minuteLength)
        if minute != self.minute || latest == nil {
            self.minute = minute
            latest = Timestamp(text).map { zone.civilTime(at: $0).date }
        }
        return latest
    }
}
