import Foundation

/// RFC 3339 in UTC with milliseconds, the form of every time in the sandbox's JSON.
enum Moment {
    static func text(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }
}
