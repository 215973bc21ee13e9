/// Cuts a stream of bytes into lines, at newlines and carriage returns.
package struct LineSplitter {
    /// The longest line that is kept whole, in bytes; the rest of a longer one becomes lines of its own.
    package static let limit = 64 << 10

    private var pending: [UInt8] = []

    package init() {}

    /// The lines that `bytes` completes.
    package mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let line = take() { lines.append(line) }
            } else {
                pending.append(byte)
                if pending.count == Self.limit, let line = take() { lines.append(line) }
            }
        }
        return lines
    }

    /// The last line, where no newline ended it.
    package mutating func finish() -> String? { take() }

    private mutating func take() -> String? {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self)
    }
}
