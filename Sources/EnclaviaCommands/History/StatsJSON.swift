import EnclaviaCore

/// What `history stats --json` shows, `schema_version` 1.
struct StatsJSON {
    /// The object up to the last day so far, encoded day by day: a tree of all days takes twenty times
    /// the memory of their text.
    private var days = #"{"days":["#
    private var total = PushCounts()

    mutating func add(_ day: DayStatistics) throws {
        if total.pushes > 0 { days += "," }
        days += try JSONText.encode(DayJSON(day: day))
        total.add(day)
    }

    /// The whole object.
    func text() throws -> String {
        let total = try JSONText.encode(CountsJSON(counts: total))
        return days + #"],"schema_version":1,"total":\#(total)}"#
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
