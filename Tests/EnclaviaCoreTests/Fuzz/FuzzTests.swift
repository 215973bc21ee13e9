import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// Seeded properties of the parsers of outside text (arguments, times, event lines), and of escaping.
struct FuzzTests {
    private static let names = [
        "a", "app", "0", "A", "é", "/", ":", "@", ".", "..", "_", "__", "___", "-", "--", " ",
        "localhost", "sha256:", "v1", "latest", "\n", "\u{0}", "\u{1B}[", "\u{202E}", "🐳",
        String(repeating: "x", count: 127),
    ]

    /// One text in three is from the corpus, damaged or not.
    private static func text(
        _ corpus: [[UInt8]], _ pieces: [String], _ generator: inout SeededRandom
    ) -> String {
        switch generator.roll(3) {
        case 0: String(decoding: Mutation.broken(generator.pick(corpus), &generator), as: UTF8.self)
        default: generator.text(of: pieces, atMost: 12)
        }
    }

    @Test func `every text that parses as a destination matches Docker's grammar`() throws {
        let grammar = try NSRegularExpression(
            pattern: #"^(?:C/)?C(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$"#
                .replacingOccurrences(of: "C", with: #"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"#))
        let corpus = try Fuzz.corpus("destinations.txt")
        var generator = SeededRandom(seed: 1)
        var taken = 0
        for _ in 0..<Fuzz.rounds {
            let text = Self.text(corpus, Self.names, &generator)
            let matches =
                grammar.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
            guard let destination = try? Destination(text) else { continue }
            taken += 1
            #expect(matches, "\(text.debugDescription)")
            #expect(destination.repository.utf8.count <= 128)
            #expect([destination.owner, destination.repository].allSatisfy { $0 != "" })
        }
        #expect(taken > Fuzz.rounds / 100)
        #expect(taken < Fuzz.rounds)
    }

    private static let times = [
        "2026", "-", "08", "01", "T", "t", " ", "12", ":", "00", "60", ".", "5", "Z", "+02:00",
        "now", "today", "yesterday", "last ", "tuesday", "SUN", " days", " ago", "90", "s", "m",
        "h", "d", "w", "99999999999999999999", "٣",
        "\u{0}",
    ]

    @Test func `any text is a time or is refused, without an overflow`() throws {
        let now = Example.moment
        let corpus = try Fuzz.corpus("times.txt")
        var generator = SeededRandom(seed: 2)
        var taken = 0
        for _ in 0..<Fuzz.rounds {
            let text = Self.text(corpus, Self.times, &generator)
            guard let time = try? TimeExpression(text) else { continue }
            taken += 1
            let first = time.moment(at: now, as: .beginning, in: .utc)
            let last = time.moment(at: now, as: .end, in: .utc)
            #expect(first <= last, "\(text.debugDescription)")
        }
        #expect(taken > Fuzz.rounds / 100)
    }

    /// Damaged event lines, read as `verify` and the spool read them.
    @Test func `a damaged event line is refused, or read as an event that can be written again`()
        throws
    {
        let seeds = try CloudEventTests.subjects.map { subject in
            let event = HistoryEvent(
                id: Example.id, time: Example.moment, subject: subject)
            return Array(try JSONText.encode(CloudEvent(event)).utf8)
        }
        let corpus = try Fuzz.corpus("events.jsonl")
        for line in seeds { _ = try JSONText.decode(CloudEvent.self, fromBytes: line) }
        let taken = try Fuzz.play(corpus + seeds, seed: 3) { bytes in
            guard let read = try? JSONText.decode(CloudEvent.self, fromBytes: bytes) else {
                return false
            }
            let text = try JSONText.encode(read)
            #expect(!text.utf8.contains(UInt8(ascii: "\n")))
            let again = try JSONText.decode(CloudEvent.self, from: text)
            #expect(again == read, "\(String(decoding: bytes, as: UTF8.self))")
            return true
        }
        // Some changes leave a line valid, and most do not.
        #expect((Fuzz.rounds / 100..<Fuzz.rounds / 2).contains(taken), "\(taken)")
    }

    @Test func `escaped text has no control characters`() {
        var generator = SeededRandom(seed: 4)
        for _ in 0..<Fuzz.rounds {
            var text = String.UnicodeScalarView()
            for _ in 0..<20 {
                Unicode.Scalar(UInt32(generator.roll(0x2100))).map { text.append($0) }
            }
            let escaped = TerminalText.escape(String(text))
            #expect(!escaped.unicodeScalars.contains(where: TerminalText.isUnsafe))
        }
    }
}
