import EnclaviaCore

/// What `history stats --json` shows, `schema_version` 1.
struct StatsJSON {
    let days: [DayStatistics]

    /// The object, encoded day by day: a tree of all days takes twenty times the memory of their text.
    func text() throws -> String {
        var text = #"{"days":["#
        for (index, day) in days.enumerated() {
            if index > 0 { text += "," }
            text += try JSONText.encode(DayJSON(day: day))
        }
        let total = try JSONText.encode(CountsJSON(counts: PushCounts(days)))
        return text + #"],"schema_version":1,"total":\#(total)}"#
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
            try CountsJSON(counts: PushCounts([day])).encode(to: encoder)
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
