import EnclaviaCore

/// The offset at which to start reading an event log, and the event up to which the log is complete before it.
struct EventLogPlace {
    let offset: Int64
    /// `nil` if unknown; the log then begins with the next event.
    let through: Int64?

    /// How far from its end a log is searched, in bytes; other programs may append to it, too.
    private static let farthest: Int64 = 8 << 20
    private static let piece: Int64 = 1 << 16

    /// Searches backwards from the end of the log for a line whose event is at most `marked`, and returns the
    /// offset after it.
    ///
    /// - Parameter marked: the event up to which the log is known to be complete; if `nil`, the newest line of the
    ///   chain counts.
    static func find(
        in file: EventLogFile, marked: Int64?, chain: ChainID
    ) throws(StoreError) -> EventLogPlace {
        var end = file.size
        var rest: [UInt8] = []
        // Only complete lines: EventLogScan handles a last line without a newline.
        while end > 0, file.size - end < farthest {
            let start = max(0, end - piece)
            rest = try file.read(start..<end) + rest
            end = start
            var lineEnd = rest.lastIndex(of: UInt8(ascii: "\n"))
            while let newline = lineEnd {
                let before = rest[..<newline].lastIndex(of: UInt8(ascii: "\n"))
                guard before != nil || start == 0 else { break }
                let line = rest[(before.map { $0 + 1 } ?? 0)..<newline]
                if let sequence = EventLogScan.sequence(line, of: chain),
                    marked.map({ sequence <= $0 }) ?? true
                {
                    return EventLogPlace(
                        offset: start + Int64(newline) + 1, through: marked ?? sequence)
                }
                lineEnd = before
            }
            // Keep the end of a line whose beginning is in the piece before.
            rest = Array(rest[..<((lineEnd.map { $0 + 1 }) ?? rest.count)])
        }
        // Another program's file, a new one, or one that was rotated: the scan checks all that was read for damage.
        return EventLogPlace(offset: end, through: marked)
    }
}
