import EnclaviaCore

/// Cuts a stream of bytes into lines, at newlines and carriage returns, and takes secrets out of them.
package struct LineSplitter {
    /// The longest line that is kept whole, in bytes; a longer one becomes several.
    package static let limit = 64 << 10
    /// At least so much of a long line stays back when the rest of it goes, in bytes: a secret that begins there
    /// is not cut in two.
    private static let overlap = 8 << 10

    private let secrets: SecretScrubber
    private var pending: [UInt8] = []

    package init(without secrets: SecretScrubber = SecretScrubber()) {
        self.secrets = secrets
    }

    /// The lines that `bytes` completes.
    package mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        let overlap = max(Self.overlap, secrets.longest)
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let line = finish() { lines.append(line) }
            } else {
                pending.append(byte)
                if pending.count == Self.limit + overlap {
                    lines.append(takeBeginning(leaving: overlap))
                }
            }
        }
        return lines
    }

    /// The last line, where no newline ended it.
    package mutating func finish() -> String? {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.isEmpty ? nil : String(decoding: secrets.scrub(pending), as: UTF8.self)
    }

    private mutating func takeBeginning(leaving overlap: Int) -> String {
        let clean = secrets.scrub(pending)
        pending = Array(clean.suffix(overlap))
        return String(decoding: clean.dropLast(overlap), as: UTF8.self)
    }
}
