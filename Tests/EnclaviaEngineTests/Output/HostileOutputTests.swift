import EnclaviaCore
import EnclaviaEngine
import Testing

/// Output that nobody meant well with.
struct HostileOutputTests {
    /// SplitMix64, so that a failure can be had again.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let pieces = [
        "v1", ":", " ", "digest:", "Digest:", "sha256:", String(repeating: "a", count: 64),
        String(repeating: "F", count: 64), "size:", "528", "-1", "\u{1B}[", "\u{1B}[31m", "m",
        "5f70bf18a086", "Pushed", "Preparing", "Waiting", "Layer already exists", "Mounted from",
        "Copying blob", "done", "\u{202E}", "\u{0}", "\u{FFFD}", "e\u{301}", "\t", "📦", "->",
    ]

    @Test(arguments: 0..<40)
    func `what is read of anything is a digest or nothing`(seed: Int) {
        var dice = Dice(state: UInt64(seed))
        var output = PushOutput(tag: "v1")
        for _ in 0..<500 {
            let line = (0..<Int.random(in: 0...9, using: &dice))
                .compactMap { _ in Self.pieces.randomElement(using: &dice) }.joined()
            if case .layers(let done, let total) = output.read(line) {
                #expect((0...total).contains(done))
                #expect(total <= PushOutput.layerLimit)
            }
        }
        if let digest = output.digest { #expect(digest.hex == Self.pieces[6]) }
        #expect(output.tail.text.utf8.count <= OutputTail.limit)
    }

    @Test(arguments: 0..<20)
    func `lines do not depend on how they are cut`(seed: Int) {
        var dice = Dice(state: UInt64(seed))
        let bytes = (0..<5000).map { _ in
            Int.random(in: 0..<20, using: &dice) == 0
                ? UInt8(ascii: "\n") : UInt8.random(in: 0...255, using: &dice)
        }
        var whole = LineSplitter()
        let expected = whole.add(bytes) + [whole.finish()].compactMap { $0 }

        var splitter = LineSplitter()
        var lines: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...200, using: &dice)
            lines += splitter.add(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        lines += [splitter.finish()].compactMap { $0 }
        #expect(lines == expected)
        #expect(lines.allSatisfy { !$0.isEmpty })
    }

    @Test func `more layers than an image can have are not counted`() {
        var output = PushOutput(tag: "v1")
        var last: EngineOutput?
        for layer in 0..<5000 {
            let id = Hexadecimal.encode([UInt8(layer >> 8), UInt8(layer & 255)])
            last = output.read("00000000\(id): Pushed") ?? last
        }
        #expect(last == .layers(done: PushOutput.layerLimit, total: PushOutput.layerLimit))
    }
}
