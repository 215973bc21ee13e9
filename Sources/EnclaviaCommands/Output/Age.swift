import EnclaviaCore

/// How long ago something was, as a person says it: `12 s ago`, `3 h ago`, `2 d ago`.
enum Age {
    static func text(of moment: Timestamp, at now: Timestamp) -> String {
        let seconds = (now.milliseconds - moment.milliseconds) / 1000
        return switch seconds {
        case ..<0: "in the future"
        case ..<86_400: "\(withinADay(seconds)) ago"
        case ..<(60 * 86_400): "\(seconds / 86_400) d ago"
        case ..<(730 * 86_400): "\(seconds / (30 * 86_400)) mo ago"
        default: "\(seconds / (365 * 86_400)) y ago"
        }
    }

    /// When something was, for a column of a table: an age within a day (`4 min`), else the local date,
    /// `Nov 17`, with its year from 180 days on (`2025-11-17`).
    static func column(of moment: Timestamp, at now: Timestamp, in zone: LocalZone) -> String {
        let seconds = (now.milliseconds - moment.milliseconds) / 1000
        if (0..<86_400).contains(seconds) { return withinADay(seconds) }
        let date = zone.civilTime(at: moment).date
        guard abs(seconds) < 180 * 86_400 else { return date.description }
        return "\(months[Int(date.month) - 1]) \(date.day < 10 ? " " : "")\(date.day)"
    }

    private static func withinADay(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        default: "\(seconds / 3600) h"
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
