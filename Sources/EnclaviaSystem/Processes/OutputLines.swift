import EnclaviaCore

/// Splits a stream of bytes into lines, at newlines and carriage returns, and removes secrets from them.
package struct LineSplitter {
    /// The longest line that is kept whole, in bytes; a longer one becomes several.
    package static let limit = 64 << 10
    /// The least that is kept back of a long line when its beginning is returned, in bytes: a secret that begins
    /// there is not split.
    private static let overlap = 8 << 10

    private let secrets: SecretScrubber
    private let limit: Int
    private var pending: [UInt8] = []

    /// - Parameter limit: the longest line that is kept whole, in bytes.
    package init(
        without secrets: SecretScrubber = SecretScrubber(), limit: Int = Self.limit
    ) {
        self.secrets = secrets
        self.limit = limit
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
                if pending.count == limit + overlap {
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

/// The end of what a command printed, in whole lines where it can be.
package struct OutputTail: Sendable {
    /// The most bytes that are kept.
    package static let limit = 4096

    package private(set) var text = ""

    package init() {}

    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) { add(String(line)) }
    }

    package mutating func add(_ line: String) {
        text += text.isEmpty ? line : "\n" + line
        guard text.utf8.count > Self.limit else { return }
        let kept = text.utf8.suffix(Self.limit)
        let whole = kept.firstIndex(of: UInt8(ascii: "\n")).map { kept[$0...].dropFirst() }
        text = String(decoding: whole ?? kept, as: UTF8.self)
    }
}
