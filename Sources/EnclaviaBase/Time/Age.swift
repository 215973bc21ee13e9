/// How long ago something was, as a person says it: `12 s ago`, `3 h ago`, `2 d ago`.
package enum Age {
    package static func text(of moment: Timestamp, at now: Timestamp) -> String {
        let seconds = (now.milliseconds - moment.milliseconds) / 1000
        return switch seconds {
        case ..<0: "in the future"
        case ..<86_400: "\(withinADay(seconds)) ago"
        case ..<(60 * 86_400): "\(seconds / 86_400) d ago"
        case ..<(730 * 86_400): "\(seconds / (30 * 86_400)) mo ago"
        default: "\(seconds / (365 * 86_400)) y ago"
        }
    }

    /// The age of something less than a day old: `12 s`, `4 min`, `3 h`.
    package static func withinADay(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        default: "\(seconds / 3600) h"
        }
    }
}
