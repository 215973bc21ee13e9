import EnclaviaCore

/// Prints what `history stats --json` shows, `schema_version` 1: one object, a day and repository a line.
final class StatsJSONSink {
    private let stream: ResultStream
    private var total = PushCounts()

    init(_ stream: ResultStream) {
        self.stream = stream
    }

    func put(_ day: DayStatistics) throws {
        if total.pushes == 0 {
            stream.write(#"{"days":["#)
        } else {
            stream.write(",")
            try stream.endLine()
        }
        stream.write(json: try JSONText.encode(DayJSON(day)))
        total.add(day)
    }

    func finish() throws {
        if total.pushes == 0 { stream.write(#"{"days":["#) }
        let total = try JSONText.encode(CountsJSON(total))
        stream.write(#"],"schema_version":1,"total":\#(total)}"#)
        try stream.endLine()
        try stream.flush()
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, .init("days", .array(of: DayJSON.jsonSchema)),
        .init("total", CountsJSON.jsonSchema),
    ])
}

/// The counts of a day, beside what they are of.
private struct DayJSON: JSONDescribed {
    private let subject: SubjectJSON
    private let counts: CountsJSON

    static let jsonSchema = JSONSchema.object(SubjectJSON.keys + CountsJSON.keys)

    init(_ day: DayStatistics) {
        subject = SubjectJSON(day: day.day, owner: day.owner, repository: day.repository)
        counts = CountsJSON(PushCounts(day))
    }

    func encode(to encoder: any Encoder) throws {
        try subject.encode(to: encoder)
        try counts.encode(to: encoder)
    }

    private struct SubjectJSON: Encodable {
        let day: String
        @Nullable var owner: String?
        @Nullable var repository: String?

        static let keys = [
            Key("day", .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), "A local day."),
            Key("owner", .nullable(.text)), Key("repository", .nullable(.text)),
        ]
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
            "Of the pushes that ended, the part that succeeded, 0 to 1."),
        Key(
            "notify_rate", .nullable(.number),
            "Of the pushes to be notified of, the part that the backend heard of, 0 to 1."),
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
