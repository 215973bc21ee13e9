import EnclaviaCore
import GRDB

/// Counts the pushes that match a query, in the ways that a report shows.
struct ReportedPushes {
    let db: Database
    let query: HistoryQuery
    let sql: QuerySQL
    let reader: PushReader

    init(_ db: Database, _ query: HistoryQuery, _ reader: PushReader) throws {
        self.db = db
        self.query = query
        self.reader = reader
        var newest = query
        newest.limit = HistoryReport.Limit.pushes
        sql = try QuerySQL(newest, db: db, orphaned: reader.orphaned)
    }

    /// The outcome as it is to be shown.
    private var outcome: SQL {
        let orphaned = reader.orphaned.map(\.text)
        guard !orphaned.isEmpty else { return "push.outcome" }
        return """
            iif(push.outcome = \(PushOutcome.running.rawValue) AND push.id IN \(orphaned), \
            \(PushOutcome.interrupted.rawValue), push.outcome)
            """
    }

    private static let isMove: SQL = "push.tag_change IN ('created', 'moved')"

    /// The counts of all pushes, and when they began.
    func count(_ report: inout HistoryReport) throws {
        let columns: SQL = """
            \(counts), count(push.origin_imported_at), min(push.started_at), max(push.started_at)
            """
        guard let row = try Row.fetchOne(db, SQLRequest(literal: sql.select(columns))) else {
            return
        }
        let next = Self.countColumns
        report.counts = Self.counts(row, at: 0)
        report.imported = row[next]
        report.range = Self.range(row, at: next + 1)
    }

    /// The counts of each period, from one pass through the pushes in order.
    func counted(by periods: ReportPeriods) throws -> [PushCounts] {
        var counts = periods.periods.map { _ in PushCounts() }
        let rows = try Row.fetchCursor(
            db,
            SQLRequest(
                literal: sql.select(
                    """
                    push.started_at, \(outcome) AS shown, push.notify_outcome, count(*)
                    """,
                    """
                    GROUP BY push.started_at, shown, push.notify_outcome ORDER BY push.started_at
                    """)))
        var index = 0
        while let row = try rows.next() {
            try Task.checkCancellation()
            guard let moment = Timestamp(row[0] as String),
                let outcome = PushOutcome(rawValue: row[1])
            else { continue }
            index = periods.index(of: moment, from: index)
            counts[index].count(
                outcome, notify: (row[2] as String?).flatMap { NotifyOutcome(rawValue: $0) },
                pushes: row[3])
        }
        return counts
    }

    /// A repository's full name; NULL where the reference never became known.
    private static let repository: SQL = """
        (push.registry || '/' || push.owner || '/' || push.repository)
        """

    func repositories() throws -> ReportGroups {
        try groups(
            by: Self.repository, members: "push.tag", limit: HistoryReport.Limit.repositories)
    }

    func users() throws -> ReportGroups {
        try groups(
            by: "coalesce(push.context_ci_actor, push.context_user)", members: Self.repository,
            limit: HistoryReport.Limit.users)
    }

    private func groups(by name: SQL, members: SQL, limit: Int) throws -> ReportGroups {
        try Task.checkCancellation()
        let columns: SQL = """
            \(counts), \(name) AS group_name, count(CASE WHEN \(Self.isMove) THEN 1 END), \
            count(DISTINCT \(members)), min(push.started_at), max(push.started_at)
            """
        func groups(_ condition: SQL, _ ending: SQL) throws -> [ReportGroup] {
            let rows = sql.select(columns, also: condition, "GROUP BY group_name \(ending)")
            let next = Self.countColumns
            return try Row.fetchAll(db, SQLRequest(literal: rows)).compactMap { row in
                Self.range(row, at: next + 3).map {
                    ReportGroup(
                        name: row[next], counts: Self.counts(row, at: 0), moves: row[next + 1],
                        members: row[next + 2], range: $0)
                }
            }
        }
        let isNamed: SQL = "\(name) IS NOT NULL"
        let named = try groups(isNamed, "ORDER BY count(*) DESC, group_name LIMIT \(limit)")
        let count = try total(sql.select("1", also: isNamed, "GROUP BY \(name)"))
        return ReportGroups(
            ReportList(named, of: count), unnamed: try groups("\(name) IS NULL", "").first)
    }

    func failures() throws -> ReportList<ReportFailure> {
        try Task.checkCancellation()
        let isFailed: SQL = "push.outcome = \(PushOutcome.failed.rawValue)"
        let keys: SQL = "GROUP BY push.failure_stage, push.failure_kind"
        // With max() as the only such function, the other columns are those of its row
        // (https://www.sqlite.org/lang_select.html#bareagg).
        let columns: SQL = """
            push.failure_stage AS stage, push.failure_kind AS kind, count(*), push.num, \
            max(push.started_at || push.id)
            """
        let ending: SQL = """
            \(keys) ORDER BY count(*) DESC, stage, kind LIMIT \(HistoryReport.Limit.failures)
            """
        let rows = try Row.fetchAll(
            db, SQLRequest(literal: sql.select(columns, also: isFailed, ending)))
        let failures = try rows.compactMap { row in
            try reader.push(row[3]).map {
                ReportFailure(stage: row[0], kind: row[1], count: row[2], example: $0)
            }
        }
        return ReportList(failures, of: try total(sql.select("1", also: isFailed, keys)))
    }

    /// The newest pushes, as `history list` has them.
    func newest() throws -> [StoredPush] {
        try Int64.fetchAll(db, SQLRequest(literal: sql.nums)).compactMap(reader.push)
    }

    /// The number of rows of a query.
    func total(_ rows: SQL) throws -> Int {
        try Int.fetchOne(db, SQLRequest(literal: "SELECT count(*) FROM (\(rows))")) ?? 0
    }
}

extension ReportedPushes {
    /// Columns of the numbers of pushes: by outcome, and by that of the notification.
    private var counts: SQL {
        let columns =
            PushOutcome.allCases.map { word -> SQL in
                "count(CASE WHEN \(outcome) = \(word.rawValue) THEN 1 END)"
            }
            + NotifyOutcome.allCases.map { word -> SQL in
                "count(CASE WHEN push.notify_outcome = \(word.rawValue) THEN 1 END)"
            }
        return columns.joined(separator: ", ")
    }

    private static let countColumns = PushOutcome.allCases.count + NotifyOutcome.allCases.count

    private static func counts(_ row: Row, at column: Int) -> PushCounts {
        var counts = PushCounts()
        for (index, outcome) in PushOutcome.allCases.enumerated() {
            counts.count(outcome, pushes: row[column + index])
        }
        let next = column + PushOutcome.allCases.count
        for (index, outcome) in NotifyOutcome.allCases.enumerated() {
            counts.count(outcome, notifications: row[next + index])
        }
        return counts
    }

    /// The first and the last moment in two columns; `nil` where they hold none.
    private static func range(_ row: Row, at column: Int) -> ClosedRange<Timestamp>? {
        guard let first = (row[column] as String?).flatMap({ Timestamp($0) }),
            let last = (row[column + 1] as String?).flatMap({ Timestamp($0) })
        else { return nil }
        return min(first, last)...max(first, last)
    }
}
