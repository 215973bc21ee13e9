import EnclaviaCore
import EnclaviaEngine
import EnclaviaSystem
import TestSupport
import Testing

/// Output that is meant to confuse the parser.
struct HostileOutputTests {
    static let pieces = [
        "v1", ":", " ", "digest:", "Digest:", "sha256:", String(repeating: "a", count: 64),
        String(repeating: "F", count: 64), "size:", "528", "-1", "\u{1B}[", "\u{1B}[31m", "m",
        "5f70bf18a086", "Pushed", "Preparing", "Waiting", "Layer already exists", "Mounted from",
        "Copying blob", "done", "\u{202E}", "\u{0}", "\u{FFFD}", "e\u{301}", "\t", "📦", "->",
    ]

    /// Lines in one push, at whose end a digest may be read.
    private static let lines = 50

    @Test func `any output yields a valid digest or none`() throws {
        let corpus = try Fuzz.corpus("engine-output.txt")
        var generator = SeededRandom(seed: 6)
        var digests = 0
        for _ in 0..<max(1, Fuzz.rounds / Self.lines) {
            var output = PushOutput(tag: "v1")
            for _ in 0..<Self.lines {
                let line =
                    generator.roll(2) == 0
                    ? String(
                        decoding: Mutation.broken(generator.pick(corpus), &generator), as: UTF8.self
                    )
                    : generator.text(of: Self.pieces)
                for case .layers(let done, let total) in output.read(line) {
                    #expect((0...total).contains(done))
                    #expect(total <= PushOutput.layerLimit)
                }
            }
            if let digest = output.digest {
                digests += 1
                #expect(digest.hex.utf8.count == 64)
                #expect(digest.hex.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
            }
            #expect(output.tail.text.utf8.count <= OutputTail.limit)
        }
        #expect(digests > 0)
    }

    @Test func `more layers than an image can have are not counted`() {
        var output = PushOutput(tag: "v1")
        var last: EngineOutput?
        for layer in 0..<5000 {
            let id = Hexadecimal.encode([UInt8(layer >> 8), UInt8(layer & 255)])
            last =
                output.read("00000000\(id): Pushed").last { $0 != .line("00000000\(id): Pushed") }
                ?? last
        }
        #expect(last == .layers(done: PushOutput.layerLimit, total: PushOutput.layerLimit))
    }
}
