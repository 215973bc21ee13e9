/// The value of an option that says how long something may take: a number and its unit.
enum TimeLimit {
    private static let units: [String: Int64] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]

    /// From 1 ms to a day; `nil` for anything else.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), let unit = units[String(text.dropFirst(digits.count))],
            count > 0, count <= 86_400_000 / unit
        else { return nil }
        return .milliseconds(count * unit)
    }

    static func error(_ text: String) -> UserError {
        UserError(
            .usage, "--timeout: \(text.quoted) is not a time limit",
            hint: "write one as 500ms, 30s, 2m or 1h, at most a day")
    }
}
