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
        stream.write(json: try JSONText.encode(DayJSON(day: day)))
        total.add(day)
    }

    func finish() throws {
        if total.pushes == 0 { stream.write(#"{"days":["#) }
        let total = try JSONText.encode(CountsJSON(counts: total))
        stream.write(#"],"schema_version":1,"total":\#(total)}"#)
        try stream.endLine()
        try stream.flush()
    }

    private struct DayJSON: Encodable {
        let day: DayStatistics

        private enum CodingKeys: String, CodingKey {
            case day, owner, repository
        }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(day.day, forKey: .day)
            try object.encode(day.owner, forKey: .owner)
            try object.encode(day.repository, forKey: .repository)
            try CountsJSON(counts: PushCounts(day)).encode(to: encoder)
        }
    }

    private struct CountsJSON: Encodable {
        let counts: PushCounts

        private enum CodingKeys: String, CodingKey {
            case pushes, outcomes, notifications
            case successRate = "success_rate"
            case notifyRate = "notify_rate"
        }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(counts.pushes, forKey: .pushes)
            let outcomes = PushOutcome.allCases.map { ($0.rawValue, counts.outcomes[$0] ?? 0) }
            try object.encode(Dictionary(uniqueKeysWithValues: outcomes), forKey: .outcomes)
            let notifications = NotifyOutcome.allCases.map {
                ($0.rawValue, counts.notifications[$0] ?? 0)
            }
            try object.encode(
                Dictionary(uniqueKeysWithValues: notifications), forKey: .notifications)
            try object.encode(counts.successRate, forKey: .successRate)
            try object.encode(counts.notifyRate, forKey: .notifyRate)
        }
    }
}
