import EnclaviaCore

/// Prints what `history stats --json` shows, `schema_version` 1: one object, a row a line. The days, of which there
/// may be many, are printed as they come.
final class StatsJSONSink {
    private let stream: ResultStream
    private let grouping: StatsGrouping?
    private var tally = StatsTally()
    private var users: [StatsRow] = []
    private var hasDays = false

    init(_ stream: ResultStream, _ grouping: StatsGrouping?) {
        self.stream = stream
        self.grouping = grouping
    }

    func put(_ row: StatsRow) throws {
        tally.add(row)
        switch grouping {
        case .repository: break
        case .user: users.append(row)
        case .day, nil:
            stream.write(hasDays ? "," : #"{"days":["#)
            if hasDays { try stream.endLine() }
            hasDays = true
            stream.write(json: try JSONText.encode(RowJSON(row, .day)))
        }
    }

    func finish() throws {
        if !hasDays { stream.write(#"{"days":["#) }
        let repositories = grouping == nil || grouping == .repository ? tally.repositories : []
        stream.write("],")
        try write("repositories", repositories, .repository)
        let total = try JSONText.encode(CountsJSON(tally.total))
        stream.write(#""schema_version":1,"total":\#(total),"#)
        try write("users", users, .user)
        stream.write("}")
        try stream.endLine()
        try stream.flush()
    }

    private func write(_ key: String, _ rows: [StatsRow], _ kind: StatsGrouping) throws {
        stream.write(#""\#(key)":["#)
        for (index, row) in rows.enumerated() {
            if index > 0 {
                stream.write(",")
                try stream.endLine()
            }
            stream.write(json: try JSONText.encode(RowJSON(row, kind)))
        }
        stream.write(kind == .user ? "]" : "],")
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version,
        .init(
            "days", .array(of: RowJSON.schema(.day)),
            "By day and repository, or by day only with --by day; otherwise empty."),
        .init(
            "repositories", .array(of: RowJSON.schema(.repository)),
            "All days together, most pushes first; empty with --by day and --by user."),
        .init(
            "users", .array(of: RowJSON.schema(.user)),
            "Most pushes first; empty without --by user."),
        .init("total", CountsJSON.jsonSchema),
    ])
}

/// Counts, and the day, repository or user that they belong to.
private struct RowJSON: Encodable {
    private let row: StatsRow
    private let kind: StatsGrouping

    private enum CodingKeys: String, CodingKey {
        case day, owner, repository, user
    }

    init(_ row: StatsRow, _ kind: StatsGrouping) {
        self.row = row
        self.kind = kind
    }

    static func schema(_ kind: StatsGrouping) -> JSONSchema {
        let repository = [
            JSONSchema.Key("owner", .nullable(.text)),
            JSONSchema.Key("repository", .nullable(.text)),
        ]
        let subject: [JSONSchema.Key] =
            switch kind {
            case .day:
                [.init("day", .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), "A day in local time.")]
                    + repository
            case .repository: repository
            case .user:
                [.init("user", .nullable(.text), "The CI actor, or the operating system user.")]
            }
        return .object(subject + CountsJSON.keys)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if kind == .day { try container.encode(row.day, forKey: .day) }
        if kind == .user {
            try container.encode(row.user, forKey: .user)
        } else {
            try container.encode(row.owner, forKey: .owner)
            try container.encode(row.repository, forKey: .repository)
        }
        try CountsJSON(row.counts).encode(to: encoder)
    }
}

private struct CountsJSON: JSONDescribed {
    private let pushes: Int
    private let outcomes: [String: Int]
    private let notifications: [String: Int]
    @Nullable private var successRate: Double?
    @Nullable private var notifyRate: Double?

    private enum CodingKeys: String, CodingKey {
        case pushes, outcomes, notifications
        case successRate = "success_rate"
        case notifyRate = "notify_rate"
    }

    static let jsonSchema = JSONSchema.object(keys)
    static let keys = [
        Key("pushes", .count),
        Key("outcomes", .object(PushOutcome.allCases.map { Key($0.rawValue, .count) })),
        Key("notifications", .object(NotifyOutcome.allCases.map { Key($0.rawValue, .count) })),
        Key(
            "success_rate", .nullable(.number),
            "The fraction of the finished pushes that succeeded, 0 to 1."),
        Key(
            "notify_rate", .nullable(.number),
            "The fraction of the required notifications that were delivered, 0 to 1."
        ),
    ]

    init(_ counts: PushCounts) {
        pushes = counts.pushes
        outcomes = Dictionary(
            uniqueKeysWithValues: PushOutcome.allCases.map {
                ($0.rawValue, counts.outcomes[$0] ?? 0)
            })
        notifications = Dictionary(
            uniqueKeysWithValues: NotifyOutcome.allCases.map {
                ($0.rawValue, counts.notifications[$0] ?? 0)
            })
        successRate = counts.successRate
        notifyRate = counts.notifyRate
    }
}
