import Foundation
import Testing

/// Shared parts of the seeded property tests for all code that reads text from outside.
package enum Fuzz {
    /// Executions of each target: `ENCLAVIA_FUZZ_ROUNDS` of them in `make soak`, a short round always.
    package static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 4_000

    /// The lines of a file of `Tests/Corpus`: inputs to begin from, with all that ever
    /// made a target fail.
    package static func corpus(_ name: String) throws -> [[UInt8]] {
        let file = URL(filePath: "\(Build.root)/Tests/Corpus/\(name)")
        let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map(Array.init)
        try #require(!lines.isEmpty, "\(file.path) is empty")
        return lines
    }

    /// The same as text.
    package static func corpusText(_ name: String) throws -> [String] {
        try corpus(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Runs `body` on the corpus as it is, and then on broken copies of its lines for all rounds.
    ///
    /// - Returns: how many of the broken ones `body` accepted.
    @discardableResult
    package static func play(
        _ corpus: [[UInt8]], seed: UInt64, rounds: Int = rounds, _ body: ([UInt8]) throws -> Bool
    ) rethrows -> Int {
        for line in corpus { _ = try body(line) }
        var generator = SeededRandom(seed: seed)
        var taken = 0
        for _ in 0..<rounds {
            let line = Mutation.broken(generator.pick(corpus), &generator)
            if try body(line) { taken += 1 }
        }
        return taken
    }
}

/// Pseudorandom numbers that are the same for the same seed (SplitMix64, Steele et al. 2014), so that
/// a failure can be reproduced.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of 0..<sides.
    package mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[roll(elements.count)]
    }

    /// Some of `pieces`, in any order.
    package mutating func text(of pieces: [String], atMost count: Int = 9) -> String {
        (0..<roll(count + 1)).map { _ in pick(pieces) }.joined()
    }
}

/// Ways to break bytes that are known to cause errors in parsers.
package enum Mutation {
    private static let tokens: [[UInt8]] = [
        "null", "true", "-0", "1e999", "9223372036854775808", "-9223372036854775809", "0.1",
        "\"\"", "[]", "{}", "\\u0000", "\\uD800", "\u{202E}", "\u{1B}[2J", "\r\n", "\"", "\\",
        "{\"a\":", "[[[[[[[[", "]]]]]]]]", ",", "::", "\u{FEFF}", "%00", "%zz", "[::1]", "@",
        "sha256:", "e\u{301}", "📦",
    ].map { Array($0.utf8) }

    /// A copy with one to four changes.
    package static func broken(_ original: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
        var bytes = original
        for _ in 0...generator.roll(4) { change(&bytes, &generator) }
        return bytes
    }

    private static func change(_ bytes: inout [UInt8], _ generator: inout SeededRandom) {
        let place = generator.roll(bytes.count + 1)
        let end = min(bytes.count, place + generator.roll(40))
        switch generator.roll(9) {
        case 0 where place < bytes.count: bytes[place] = UInt8(generator.roll(256))
        case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.roll(8))
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.insert(contentsOf: generator.pick(tokens), at: place)
        case 4: bytes.removeSubrange(place..<end)
        case 5:
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: generator.roll(bytes.count + 1))
        case 6: bytes.replaceSubrange(place..<end, with: generator.pick(tokens))
        case 7 where place < bytes.count: bytes.remove(at: place)
        default:
            // Deep nesting is expensive, so it is rare.
            guard generator.roll(50) == 0 else { return }
            let bracket = UInt8(ascii: generator.roll(2) == 0 ? "[" : "{")
            bytes.insert(contentsOf: [UInt8](repeating: bracket, count: 5000), at: place)
        }
    }
}
