import EnclaviaCore

/// What the end of an event log holds, read from a known place on.
struct EventLogScan {
    /// The lines of this chain's events, by their sequence numbers.
    private(set) var found: [Int64: [UInt8]] = [:]
    /// Where the first damage begins, in bytes from the place: a line that was cut off, or that has bytes which never
    /// reached the disk and read as zeros. `nil` where there is none.
    private(set) var damage: Int?
    /// What follows the damage and is not of this chain's events, to be kept.
    private(set) var others: [UInt8] = []

    /// Whether the last line is another program's and has no newline yet.
    private(set) var isUnended = false

    /// - Parameter isShared: whether other programs may append to the log; then only what is recognised as a part of
    ///   this chain's lines counts as damaged.
    init(_ bytes: [UInt8], chain: ChainID, isShared: Bool) {
        var start = 0
        while start < bytes.count {
            let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = newline ?? bytes.count
            let line = bytes[start..<end]
            let isTorn =
                line.contains(0)
                ? !isShared || Self.isPart(line, of: chain)
                : newline == nil && Self.isPart(line, of: chain)
            if isTorn {
                damage = damage ?? start
            } else if newline == nil {
                isUnended = true
                if damage != nil { others += line }
            } else if let sequence = Self.sequence(line, of: chain) {
                // What was after the damage is written again, in its order.
                if damage == nil { found[sequence] = Array(line) }
            } else if damage != nil {
                others += line + [UInt8(ascii: "\n")]
            }
            start = end + 1
        }
    }

    /// Whether bytes can be what is left of a line of this chain: it begins as all lines do, or names the chain, or has
    /// nothing but bytes that never reached the disk.
    private static func isPart(_ line: ArraySlice<UInt8>, of chain: ChainID) -> Bool {
        let begin = Array("{\"data\":".utf8)
        let text = line.drop { $0 == 0 }
        if text.isEmpty || line.starts(with: begin) || begin.starts(with: line) { return true }
        return Array(line).withUnsafeBufferPointer {
            ByteSearch.first(Array(chain.source.utf8), in: $0) != nil
        }
    }

    /// The place in the chain that a line names; `nil` for a line of another chain, of an event that has no place yet,
    /// and of another program.
    static func sequence(_ line: ArraySlice<UInt8>, of chain: ChainID) -> Int64? {
        guard let line = try? JSONText.decode(Line.self, fromBytes: Array(line)),
            line.source == chain.source, let sequence = line.sequence
        else { return nil }
        return Int64(sequence)
    }

    private struct Line: Decodable {
        let source: String?
        let sequence: String?
    }
}
