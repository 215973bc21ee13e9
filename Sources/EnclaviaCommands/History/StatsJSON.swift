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
            stream.write(json: try RowJSON(row, .day).text)
        }
    }

    func finish() throws {
        if !hasDays { stream.write(#"{"days":["#) }
        stream.write("],")
        if grouping == nil || grouping == .repository {
            try write("repositories", tally.repositories, .repository)
        } else {
            try write("repositories", [] as [StatsRow], .repository)
        }
        stream.write(#""schema_version":1,"total":\#(CountsJSON(tally.total).text),"#)
        try write("users", users, .user)
        stream.write("}")
        try stream.endLine()
        try stream.flush()
    }

    private func write(
        _ key: String, _ rows: some Sequence<StatsRow>, _ kind: StatsGrouping
    ) throws {
        stream.write(#""\#(key)":["#)
        var isFirst = true
        for row in rows {
            if !isFirst {
                stream.write(",")
                try stream.endLine()
            }
            isFirst = false
            stream.write(json: try RowJSON(row, kind).text)
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

/// Counts, and the day, repository or user that they belong to, as JSON whose keys are sorted.
///
/// Written by hand, because a history may have a million rows, and `JSONEncoder` takes 25 µs for one.
private struct RowJSON {
    private let row: StatsRow
    private let kind: StatsGrouping

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

    var text: String {
        get throws {
            var object = ObjectText()
            if kind == .day { object.put("day", try JSONText.string(row.day)) }
            let counts = CountsJSON(row.counts)
            counts.putNotifications(in: &object)
            counts.putOutcomes(in: &object)
            if kind != .user { object.put("owner", try JSONText.string(row.owner)) }
            counts.putPushes(in: &object)
            if kind != .user { object.put("repository", try JSONText.string(row.repository)) }
            counts.putSuccessRate(in: &object)
            if kind == .user { object.put("user", try JSONText.string(row.user)) }
            return object.text
        }
    }
}

private struct CountsJSON {
    private let counts: PushCounts

    static let jsonSchema = JSONSchema.object(keys)
    static let keys = [
        JSONSchema.Key("pushes", .count),
        JSONSchema.Key(
            "outcomes", .object(PushOutcome.allCases.map { .init($0.rawValue, .count) })),
        JSONSchema.Key(
            "notifications", .object(NotifyOutcome.allCases.map { .init($0.rawValue, .count) })),
        JSONSchema.Key(
            "success_rate", .nullable(.number),
            "The fraction of the finished pushes that succeeded, 0 to 1."),
        JSONSchema.Key(
            "notify_rate", .nullable(.number),
            "The fraction of the required notifications that were delivered, 0 to 1."
        ),
    ]

    init(_ counts: PushCounts) {
        self.counts = counts
    }

    var text: String {
        var object = ObjectText()
        putNotifications(in: &object)
        putOutcomes(in: &object)
        putPushes(in: &object)
        putSuccessRate(in: &object)
        return object.text
    }

    func putNotifications(in object: inout ObjectText) {
        var notifications = ObjectText()
        for (name, outcome) in Self.notifyOutcomes {
            notifications.put(name, String(counts[outcome]))
        }
        object.put("notifications", notifications.text)
        object.put("notify_rate", Self.text(counts.notifyRate))
    }

    func putOutcomes(in object: inout ObjectText) {
        var outcomes = ObjectText()
        for (name, outcome) in Self.outcomes { outcomes.put(name, String(counts[outcome])) }
        object.put("outcomes", outcomes.text)
    }

    func putPushes(in object: inout ObjectText) {
        object.put("pushes", String(counts.pushes))
    }

    func putSuccessRate(in object: inout ObjectText) {
        object.put("success_rate", Self.text(counts.successRate))
    }

    private static let outcomes = PushOutcome.allCases.map { ($0.rawValue, $0) }
        .sorted { $0.0 < $1.0 }
    private static let notifyOutcomes = NotifyOutcome.allCases.map { ($0.rawValue, $0) }
        .sorted { $0.0 < $1.0 }

    private static func text(_ rate: Double?) -> String {
        switch rate {
        case nil: "null"
        case 0: "0"
        case 1: "1"
        case let rate?: rate.description
        }
    }
}
