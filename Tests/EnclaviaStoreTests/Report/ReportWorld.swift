import EnclaviaCore
import EnclaviaStore
import GRDB
import TestSupport

/// Random filters, as a query and as SQL on the view `push_v1`.
struct ReportFilter: CustomStringConvertible {
    private(set) var query = HistoryQuery()
    private(set) var conditions = ["TRUE"]

    var description: String { conditions.joined(separator: " AND ") }

    init() {}

    init(_ generator: inout SeededRandom) {
        if generator.roll(2) == 0 {
            let since = Timestamp(
                milliseconds: (generator.roll(2) == 0 ? 1_780_000_000_000 : 1_785_000_000_000)
                    + Int64(generator.roll(60) - 20) * 3_600_000)
            query.since = since
            conditions.append("started_at >= '\(since)'")
        }
        if generator.roll(2) == 0 {
            let until = (query.since ?? Timestamp(milliseconds: 1_780_000_000_000))
                .adding(milliseconds: Int64(generator.roll(200)) * 3_600_000)
            query.until = until
            conditions.append("started_at < '\(until)'")
        }
        if generator.roll(3) == 0 {
            query.outcomes = [
                generator.pick(PushOutcome.allCases), generator.pick(PushOutcome.allCases),
            ]
            conditions.append("shown IN (\(Self.list(query.outcomes.map(\.rawValue))))")
        }
        if generator.roll(3) == 0 {
            query.notifyOutcomes = [
                generator.pick(NotifyOutcome.allCases), generator.pick(NotifyOutcome.allCases),
            ]
            conditions.append(
                "notify_outcome IN (\(Self.list(query.notifyOutcomes.map(\.rawValue))))")
        }
        if generator.roll(4) == 0 {
            query.tags = [generator.pick(Corpus.tags), generator.pick(Corpus.tags)]
            conditions.append("tag IN (\(Self.list(query.tags)))")
        }
        if generator.roll(4) == 0 {
            let repository = generator.pick(Corpus.repositories)
            query.repositories = [RepositoryFilter(owner: "alice", repository: repository)]
            conditions.append("owner = 'alice' AND repository = '\(repository)'")
        }
        if generator.roll(4) == 0 {
            query.users = [generator.pick(Corpus.users)]
            let users = Self.list(query.users)
            conditions.append("(context_user IN (\(users)) OR context_ci_actor IN (\(users)))")
        }
        // These a report ignores.
        if generator.roll(3) == 0 { query.limit = 1 + generator.roll(4) }
        query.isReversed = generator.roll(3) == 0
    }

    private static func list(_ words: [String]) -> String {
        words.map { "'\($0)'" }.joined(separator: ", ")
    }

    /// Whether a moment is in the range.
    func holds(_ moment: String) -> Bool {
        query.since.map { moment >= $0.description } != false
            && query.until.map { moment < $0.description } != false
    }

    /// Whether the range follows a moment.
    func follows(_ moment: String) -> Bool {
        query.since.map { moment < $0.description } ?? false
    }
}

/// What SQL on the view `push_v1` says of the pushes that match a filter.
struct ReportWorld {
    let store: TemporaryStore
    let orphaned: [String]
    let filter: ReportFilter

    private static let numbers =
        PushOutcome.allCases.map { "ifnull(sum(shown = '\($0.rawValue)'), 0)" }
        + NotifyOutcome.allCases.map { "ifnull(sum(notify_outcome = '\($0.rawValue)'), 0)" }

    static func numbers(_ counts: PushCounts) -> [Int] {
        PushOutcome.allCases.map { counts[$0] } + NotifyOutcome.allCases.map { counts[$0] }
    }

    /// The groups, the one without a name last.
    static func texts(_ groups: ReportGroups) -> [String] {
        (groups.named.listed + [groups.unnamed].compactMap { $0 }).map(text)
    }

    private static func text(_ group: ReportGroup) -> String {
        let numbers = numbers(group.counts).map(String.init)
        return
            ([group.name ?? "-"] + numbers + ["\(group.moves)", "\(group.members)"]
            + ["\(group.range.lowerBound)", "\(group.range.upperBound)"]).joined(separator: " ")
    }

    private func rows(
        _ columns: String, also: String = "TRUE", _ ending: String = ""
    ) throws -> [Row] {
        let ids = orphaned.map { "'\($0)'" }.joined(separator: ", ")
        let sql = """
            WITH pushes AS (SELECT *, CASE WHEN outcome = 'running' AND id IN (\(ids))
                THEN 'interrupted' ELSE outcome END AS shown FROM push_v1)
            SELECT \(columns) FROM pushes WHERE \(filter) AND \(also) \(ending)
            """
        return try store.query { try Row.fetchAll($0, sql: sql) }
    }

    func number(_ column: String, also: String) throws -> Int? {
        try rows(column, also: also).first?[0]
    }

    func counts(also: String = "TRUE") throws -> [Int] {
        let row = try rows(Self.numbers.joined(separator: ", "), also: also).first
        return Self.numbers.indices.map { row?[$0] ?? -1 }
    }

    func range() throws -> [String]? {
        let row = try rows("min(started_at), max(started_at)").first
        let ends = [row?[0], row?[1]].compactMap { $0 as String? }
        return ends.isEmpty ? nil : ends
    }

    func groups(_ name: String, members: String) throws -> [String] {
        let columns =
            ["ifnull(\(name), '-')"] + Self.numbers
            + ["sum(ifnull(tag_change, '') IN ('created', 'moved'))"]
            + ["count(DISTINCT \(members))", "min(started_at)", "max(started_at)"]
        return try rows(
            columns.joined(separator: " || ' ' || ") + " AS line",
            "GROUP BY \(name) ORDER BY \(name) IS NULL, count(*) DESC, \(name)"
        ).map { $0["line"] }
    }

    func failures() throws -> [String] {
        try rows(
            """
            ifnull(failure_stage, '-') || ' ' || ifnull(failure_kind, '-') || ' ' || count(*)
                || ' ' || (SELECT last.id FROM pushes AS last
                    WHERE last.outcome = 'failed' AND last.failure_stage IS pushes.failure_stage
                    AND last.failure_kind IS pushes.failure_kind
                    AND \(filter) ORDER BY last.started_at DESC, last.id DESC LIMIT 1) AS line
            """, also: "outcome = 'failed'",
            "GROUP BY failure_stage, failure_kind ORDER BY count(*) DESC, failure_stage, failure_kind"
        ).map { $0["line"] }
    }

    /// The references of succeeded pushes, with the number of these.
    func tags() throws -> [String] {
        try rows(
            "reference || ' ' || count(*) AS line",
            also: "outcome = 'succeeded' AND reference IS NOT NULL",
            "GROUP BY reference ORDER BY max(started_at) DESC, reference"
        ).map { $0["line"] }
    }
}
