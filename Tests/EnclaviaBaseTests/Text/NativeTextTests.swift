import EnclaviaBase
import TestSupport
import Testing

/// Bytes of the operating system as text, and back to bytes.
struct NativeTextTests {
    private func text(_ bytes: [UInt8]) -> String {
        (bytes + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(native: $0) } ?? ""
        }
    }

    @Test(arguments: ["", "plain", "Zürich/日本/📦", "e\u{301}", "\u{10FFFF}\u{10FF7F}", "\u{F0000}"])
    func `UTF-8 text is unchanged`(_ plain: String) {
        let held = text(Array(plain.utf8))
        #expect(held.nativeBytes == Array(plain.utf8))
        #expect(held.isUTF8)
        #expect(Array(held.lossy.utf8) == Array(plain.utf8))
    }

    @Test(
        arguments: [
            [0xE9], [0x4A, 0x6F, 0x73, 0xE9], [0xC3], [0xC3, 0x28], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE], [0xC0, 0x80], [0x61, 0xE6, 0x97],
            [0x80, 0xC3, 0xA9],
            [0xF4, 0x8F, 0xBF, 0xA9, 0xE9],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 round-trip, and are recognised and escaped`(_ bytes: [UInt8]) {
        let held = text(bytes)
        #expect(held.nativeBytes == bytes)
        #expect(!held.isUTF8)
        #expect(held.lossy.unicodeScalars.contains("\u{FFFD}"))
        #expect(TerminalText.escape(held).contains("\\x"))
        // A slash never completes a character, so paths can be joined.
        #expect((held + "/" + held).nativeBytes == bytes + [0x2F] + bytes)
    }

    @Test func `any bytes round-trip, and different bytes give different texts`() {
        var generator = SeededRandom(seed: 15)
        var seen: [String: [UInt8]] = [:]
        for _ in 0..<Fuzz.rounds {
            let bytes = (0..<generator.roll(9)).map { _ in
                generator.pick([0xF4, 0x8F, 0xBF, 0xBE, 0xA9, 0xE9, 0xC3, 0x61, 0x80] as [UInt8])
            }
            let held = text(bytes)
            #expect(held.nativeBytes == bytes)
            #expect(held.native == (bytes + [0]).map { CChar(bitPattern: $0) })
            #expect(seen.updateValue(bytes, forKey: held).map { $0 == bytes } ?? true)
        }
    }
}
