import EnclaviaCore

/// How long ago something was, as a person says it: `12 s ago`, `3 h ago`, `2 d ago`.
enum Age {
    static func text(of moment: Timestamp, at now: Timestamp) -> String {
        let seconds = (now.milliseconds - moment.milliseconds) / 1000
        return switch seconds {
        case ..<0: "in the future"
        case ..<60: "\(seconds) s ago"
        case ..<3600: "\(seconds / 60) min ago"
        case ..<86_400: "\(seconds / 3600) h ago"
        case ..<(60 * 86_400): "\(seconds / 86_400) d ago"
        case ..<(730 * 86_400): "\(seconds / (30 * 86_400)) mo ago"
        default: "\(seconds / (365 * 86_400)) y ago"
        }
    }
}
