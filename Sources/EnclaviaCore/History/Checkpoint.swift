/// The newest event of a history at one moment, to be kept outside of the history.
///
/// The event's hash covers the event and all before it, so a later history that lacks one of them, or has another in
/// its place, does not match.
package struct Checkpoint: Hashable, Sendable {
    package let chain: ChainID
    /// The sequence number of the newest event, from 1.
    package let sequence: Int64
    /// The chain's hash at that event, 64 lower-case hexadecimal digits.
    package let head: String
    /// When the checkpoint was made, by the clock of the machine that made it.
    package let time: Timestamp
    /// The SHA-256 of the text of the checkpoint before, in lower-case hexadecimal digits; `nil` for the first.
    package let previous: String?

    package init(
        chain: ChainID, sequence: Int64, head: String, time: Timestamp, previous: String?
    ) {
        self.chain = chain
        self.sequence = sequence
        self.head = head
        self.time = time
        self.previous = previous
    }

    /// The only version of the text that this program writes and reads.
    package static let version = "1"

    /// The text that is printed and signed: ASCII, six lines, each ended by LF.
    package var text: String {
        zip(Key.allCases, values).map { "\($0.rawValue): \($1)\n" }.joined()
    }

    /// The SHA-256 of the text, which the next checkpoint has as its ``previous``.
    package var hash: String { Hexadecimal.encode(HashChain.dataHash(of: text)) }

    private var values: [String] {
        [
            Self.version, chain.text, "\(sequence)", head, time.description,
            previous ?? Self.noPrevious,
        ]
    }

    private static let noPrevious = "none"

    /// The keys, in the order of their lines.
    package enum Key: String, CaseIterable, Hashable, Sendable {
        case version = "enclavia-checkpoint"
        case chain, sequence, head, time, previous
    }

    /// The longest file that is read as a checkpoint, in bytes.
    package static let limit = 4096

    /// Reads the text of a checkpoint. Accepts only what ``text`` writes, byte for byte, since other bytes would have
    /// another hash and another signature.
    ///
    /// - Throws: ``CheckpointFault``.
    package init(_ bytes: [UInt8]) throws(CheckpointFault) {
        guard !bytes.contains(UInt8(ascii: "\r")) else { throw .carriageReturn }
        let newline = UInt8(ascii: "\n")
        guard bytes.allSatisfy({ $0 == newline || (0x20...0x7E).contains($0) }) else {
            throw .notASCII
        }
        var lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let rest = lines.removeLast()
        if !rest.isEmpty { lines.append(rest) }
        var values: [Key: String] = [:]
        for (number, key) in Key.allCases.enumerated() {
            guard number < lines.count else { throw .missingLine(key) }
            let prefix = "\(key.rawValue): "
            guard lines[number].hasPrefix(prefix) else {
                throw key == .version ? .noCheckpoint : .otherLine(number: number + 1, key)
            }
            let value = String(lines[number].dropFirst(prefix.count))
            guard key != .version || value == Self.version else { throw .otherVersion(value) }
            values[key] = value
        }
        guard lines.count == Key.allCases.count else { throw .surplusLine }
        guard rest.isEmpty else { throw .noNewline }
        try self.init(values)
    }

    private init(_ values: [Key: String]) throws(CheckpointFault) {
        func value<Value>(
            _ key: Key, _ read: (String) -> Value?
        ) throws(CheckpointFault) -> Value {
            guard let value = values[key].flatMap(read) else { throw .invalidValue(key) }
            return value
        }
        chain = try value(.chain) { ChainID($0) }
        sequence = try value(.sequence) { text in
            Int64(text).flatMap { $0 > 0 && "\($0)" == text ? $0 : nil }
        }
        head = try value(.head) { Self.isHash($0) ? $0 : nil }
        time = try value(.time) { text in
            Timestamp(text).flatMap { $0.description == text ? $0 : nil }
        }
        previous = try value(.previous) { text in
            text == Self.noPrevious ? .some(nil) : Self.isHash(text) ? .some(text) : nil
        }
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy(ReferenceGrammar.isLowerHex)
    }
}

/// Why a text is not a checkpoint.
package enum CheckpointFault: Error, Hashable, Sendable {
    /// A line ends in CR LF, as after a conversion for Windows.
    case carriageReturn
    /// It has a byte that is neither printable ASCII nor LF.
    case notASCII
    /// Its first line is not that of a checkpoint.
    case noCheckpoint
    case otherVersion(String)
    case missingLine(Checkpoint.Key)
    /// Another key has the place of that key.
    case otherLine(number: Int, Checkpoint.Key)
    case invalidValue(Checkpoint.Key)
    /// Something follows the last line.
    case surplusLine
    /// The last line does not end in LF.
    case noNewline
}
