import EnclaviaCore

/// The contents of an event log from a known offset on.
struct EventLogScan {
    /// The lines of this chain's events, by their sequence numbers.
    private(set) var found: [Int64: [UInt8]] = [:]
    /// The offset of the first damaged line in the bytes; `nil` if there is none. A damaged line was cut off, or
    /// holds zeros for bytes that never reached the disk.
    private(set) var damage: Int?
    /// The lines after the damage that are not of this chain, and must be kept.
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
                // This chain's events after the damage are appended again, in order.
                if damage == nil { found[sequence] = Array(line) }
            } else if damage != nil {
                others += line + [UInt8(ascii: "\n")]
            }
            start = end + 1
        }
    }

    /// Whether `line` may be part of a line of this chain: it begins as all lines do, contains the chain's source,
    /// or holds only zeros for bytes that never reached the disk.
    static func isPart(_ line: ArraySlice<UInt8>, of chain: ChainID) -> Bool {
        let begin = Array("{\"data\":".utf8)
        let text = line.drop { $0 == 0 }
        if text.isEmpty || line.starts(with: begin) || begin.starts(with: line) { return true }
        return Array(line).withUnsafeBufferPointer {
            ByteSearch.first(Array(chain.source.utf8), in: $0) != nil
        }
    }

    /// The sequence number in a line; `nil` for a line of another chain or another program, and for an event that
    /// has no number yet.
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
