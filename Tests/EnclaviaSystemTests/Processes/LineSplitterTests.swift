import EnclaviaCore
import EnclaviaSystem
import TestSupport
import Testing

/// Lines of a program's output, which may repeat secrets that it was given.
struct LineSplitterTests {
    private static func scrubber(_ secret: String) -> SecretScrubber {
        let secrets = SecretScrubber()
        secrets.add(Secret(secret))
        return secrets
    }

    private static func lines(_ text: String, without secrets: SecretScrubber) -> [String] {
        var splitter = LineSplitter(without: secrets)
        let bytes = Array(text.utf8)
        var lines: [String] = []
        // A pipe returns whatever has arrived.
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            lines += splitter.add(bytes[start..<min(start + 1000, bytes.count)])
        }
        if let last = splitter.finish() { lines.append(last) }
        return lines
    }

    @Test func `lines end at newlines and carriage returns, and show no secret`() {
        let secret = "password-0123456789"
        let lines = Self.lines(
            "one \(secret)\r\n\ntwo\rthree \(secret)", without: Self.scrubber(secret))
        #expect(lines == ["one •••", "two", "three •••"])
    }

    /// A secret is never cut in two, wherever it is in an overlong line.
    @Test(arguments: [20, 9_000, 60_000], [0, 63_000, 65_530, 70_000, 73_000])
    func `a secret is not split at the end of a piece`(length: Int, before: Int) {
        let secret = String((0..<length).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
        let start = String(repeating: "X", count: before)
        let lines = Self.lines("\(start)\(secret)Y", without: Self.scrubber(secret))
        #expect(lines.joined() == "\(start)•••Y")
    }

    @Test func `lines do not depend on the pieces in which they arrive`() {
        var generator = SeededRandom(seed: 7)
        for _ in 0..<Fuzz.rounds {
            let bytes = (0..<generator.roll(120)).map { _ in
                generator.roll(20) == 0 ? UInt8(ascii: "\n") : UInt8(generator.roll(256))
            }
            var whole = LineSplitter()
            let expected = whole.add(bytes) + [whole.finish()].compactMap { $0 }

            var splitter = LineSplitter()
            var lines: [String] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = 1 + generator.roll(30)
                lines += splitter.add(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            lines += [splitter.finish()].compactMap { $0 }
            #expect(lines == expected)
            #expect(lines.allSatisfy { !$0.isEmpty })
        }
    }
}
