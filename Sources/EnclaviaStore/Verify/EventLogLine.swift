import EnclaviaCore

/// The members of an event in a log that say which place in which chain it has. Their types are not checked: a line
/// that another program changed must not be taken for one of another program.
struct EventLogLine: Decodable {
    let source: String?
    let hasSequence: Bool
    /// The place in the chain; `nil` if there is none, or it is not a valid number.
    let place: Int64?
    let prevhash: String?
    /// Whether an object in it has a key twice, so that readers may disagree on what it says.
    private(set) var isRepeated = false

    private enum CodingKeys: String, CodingKey {
        case source, sequence, prevhash
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        source = try? object.decode(String.self, forKey: .source)
        hasSequence = object.contains(.sequence)
        let text = try? object.decode(String.self, forKey: .sequence)
        place = text.flatMap { text in
            Int64(text).flatMap { $0 > 0 && CloudEvent.sequenceText($0) == text ? $0 : nil }
        }
        prevhash = try? object.decode(String.self, forKey: .prevhash)
    }

    /// `nil` unless the line is a JSON object.
    init?(_ line: [UInt8]) {
        guard let found = try? JSONText.decode(Self.self, fromBytes: line) else { return nil }
        self = found
        isRepeated = RepeatedKey.first(in: line) != nil
    }

    /// Whether the source is that of events of older versions, which name a host.
    static func isHost(_ source: String) -> Bool {
        source.utf8.starts(with: "urn:enclavia:host".utf8)
    }

    /// The place of an event as this program writes it, found without parsing the whole line; `nil` if it is not
    /// there. Only a look-up can show that the line is an event of the chain.
    static func likelyPlace(_ line: [UInt8]) -> Int64? {
        line.withUnsafeBufferPointer { line -> Int64? in
            let key = Array("\",\"sequence\":\"".utf8)
            // It comes after the data, so near the end.
            let tail = UnsafeBufferPointer(rebasing: line.suffix(tailLength))
            guard let start = ByteSearch.first(key, in: tail) else { return nil }
            let digits = tail[(start + key.count)...].prefix(19)
            var place: Int64 = 0
            for digit in digits {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                let (tens, isTooLarge) = place.multipliedReportingOverflow(by: 10)
                let (sum, overflows) = tens.addingReportingOverflow(
                    Int64(digit - UInt8(ascii: "0")))
                guard !isTooLarge, !overflows else { return nil }
                place = sum
            }
            return place
        }
    }

    private static let tailLength = 600
}
