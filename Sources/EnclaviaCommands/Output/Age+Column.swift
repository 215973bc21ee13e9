import EnclaviaCore

extension Age {
    /// When something was, for a column of a table: an age within a day (`4 min`), else the local date,
    /// `Nov 17`, with its year from 180 days on (`2025-11-17`).
    static func column(of moment: Timestamp, at now: Timestamp, in zone: LocalZone) -> String {
        let seconds = (now.milliseconds - moment.milliseconds) / 1000
        if (0..<86_400).contains(seconds) { return withinADay(seconds) }
        let date = zone.civilTime(at: moment).date
        guard abs(seconds) < 180 * 86_400 else { return date.description }
        return "\(months[Int(date.month) - 1]) \(date.day < 10 ? " " : "")\(date.day)"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
