import EnclaviaCore
import Foundation
import Testing

/// Seeded properties of everything that reads text from outside. A short round always; `make soak` plays
/// a million of each.
struct FuzzTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 4_000

    /// SplitMix64, so that a failure can be had again.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        /// Some of `pieces`, in any order.
        mutating func text(of pieces: [String], atMost count: Int = 9) -> String {
            (0..<Int.random(in: 0...count, using: &self))
                .map { _ in pieces[Int.random(in: pieces.indices, using: &self)] }.joined()
        }
    }

    private static let names = [
        "a", "app", "0", "A", "é", "/", ":", "@", ".", "..", "_", "__", "___", "-", "--", " ",
        "localhost", "sha256:", "v1", "latest", "\n", "\u{0}", "\u{1B}[", "\u{202E}", "🐳",
        String(repeating: "x", count: 127),
    ]

    @Test func `what is taken for a destination is one of Docker's references`() throws {
        let grammar = try NSRegularExpression(
            pattern: #"^(?:C/)?C(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$"#
                .replacingOccurrences(of: "C", with: #"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"#))
        var dice = Dice(state: 1)
        var taken = 0
        for _ in 0..<Self.rounds {
            let text = dice.text(of: Self.names)
            let matches =
                grammar.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
            guard let destination = try? Destination(text) else { continue }
            taken += 1
            #expect(matches, "\(text.debugDescription)")
            #expect(destination.repository.utf8.count <= 128)
            #expect([destination.owner, destination.repository].allSatisfy { $0 != "" })
        }
        #expect(taken > Self.rounds / 100)
    }

    private static let times = [
        "2026", "-", "08", "01", "T", "t", " ", "12", ":", "00", "60", ".", "5", "Z", "+02:00",
        "now",
        "today", "yesterday", "90", "s", "m", "h", "d", "w", "99999999999999999999", "٣", "\u{0}",
    ]

    @Test func `any text is a time or is refused, and none overflows`() {
        let now = Example.moment
        var dice = Dice(state: 2)
        for _ in 0..<Self.rounds {
            let text = dice.text(of: Self.times, atMost: 12)
            guard let time = try? TimeExpression(text) else { continue }
            let first = time.moment(at: now, as: .beginning, in: .utc)
            let last = time.moment(at: now, as: .end, in: .utc)
            #expect(first <= last, "\(text.debugDescription)")
        }
    }

    /// Lines that are nearly events: a byte changed, taken out, put in, or a stretch repeated.
    @Test(arguments: CloudEventTests.subjects.indices)
    func `a broken event line is refused, or read as an event that can be written`(
        _ index: Int
    ) throws {
        let event = HistoryEvent(
            id: Example.id, time: Example.moment, host: "laptop",
            subject: CloudEventTests.subjects[index])
        let whole = Array(try JSONText.encode(CloudEvent(event)).utf8)
        var dice = Dice(state: UInt64(index) + 3)
        for _ in 0..<(Self.rounds / CloudEventTests.subjects.count) {
            let bytes = Self.broken(whole, &dice)
            guard let read = try? JSONDecoder().decode(CloudEvent.self, from: Data(bytes)) else {
                continue
            }
            let text = try JSONText.encode(read)
            #expect(!text.utf8.contains(UInt8(ascii: "\n")))
            #expect(try JSONText.decode(CloudEvent.self, from: text) == read)
        }
    }

    @Test func `a broken record is refused, or read as a record that can be written`() throws {
        let whole = Array(try JSONText.encode(PushJSON(Example.record())).utf8)
        var dice = Dice(state: 99)
        for _ in 0..<Self.rounds {
            let bytes = Self.broken(whole, &dice)
            guard let read = try? JSONDecoder().decode(PushJSON.self, from: Data(bytes)) else {
                continue
            }
            let text = try JSONText.encode(read)
            let again = try JSONText.encode(try JSONText.decode(PushJSON.self, from: text))
            #expect(again == text)
        }
    }

    private static func broken(_ whole: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &dice)
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes.remove(at: place)
            case 2:
                bytes.insert(
                    Array("\"{}[],:0-e.\\".utf8).randomElement(using: &dice) ?? 0, at: place)
            case 3: bytes.removeLast(bytes.count - place)
            default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
            }
        }
        return bytes
    }

    @Test func `escaped text steers no terminal`() {
        var dice = Dice(state: 4)
        for _ in 0..<Self.rounds {
            let scalars = (0..<20).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2100, using: &dice))
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let escaped = TerminalText.escape(String(text))
            #expect(!escaped.unicodeScalars.contains(where: TerminalText.isUnsafe))
        }
    }
}
