import EnclaviaCore

/// From where on an event log has to be read, and up to which event it has all before that.
struct EventLogPlace {
    let offset: Int64
    /// `nil` where nothing is known: the log has begun with what comes next.
    let through: Int64?

    /// How far a log is looked through from its end, in bytes: other programs may append to it, too.
    private static let farthest: Int64 = 8 << 20
    private static let piece: Int64 = 1 << 16

    /// Looks for the end of the newest line, from the end of the log, whose event is known to be in it.
    ///
    /// - Parameter marked: the event up to which it is complete; `nil` where that is not known, and the newest line of
    ///   the chain tells.
    static func find(
        in file: EventLogFile, marked: Int64?, chain: ChainID
    ) throws(StoreError) -> EventLogPlace {
        var end = file.size
        var rest: [UInt8] = []
        // The last line whole: what follows it is not ended, and is for the scan.
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
            // The beginning of a line whose end is in here comes with the piece before.
            rest = Array(rest[..<((lineEnd.map { $0 + 1 }) ?? rest.count)])
        }
        // A file of others, a new one, or one that was rotated: damage is looked for in what was read.
        return EventLogPlace(offset: end, through: marked)
    }
}
