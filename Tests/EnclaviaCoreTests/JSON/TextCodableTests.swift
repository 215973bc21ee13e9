import EnclaviaCore
import Testing

struct TextCodableTests {
    @Test func `a value is encoded as its text in JSON`() throws {
        let id = PushID(at: Timestamp(milliseconds: 1_795_435_200_000), random: (1, 2))
        let moment = Timestamp(milliseconds: 1_795_435_200_001)
        let digest = Digest(of: [])
        #expect(try text(id) == "\"\(id.text)\"")
        #expect(try text(moment) == #""2026-11-23T12:00:00.001Z""#)
        #expect(try text(digest) == "\"sha256:\(digest.hex)\"")
    }

    @Test func `the error for an invalid text says what was expected`() {
        #expect(fault(PushID.self, #""x-1""#) == "not a UUID of version 7: x-1")
        #expect(fault(Timestamp.self, #""today""#) == "not an RFC 3339 time: today")
        #expect(fault(Digest.self, #""sha256:AB""#) == "not a SHA-256 digest: sha256:AB")
    }

    @Test func `a JSON value that is not a string is refused`() {
        #expect(throws: DecodingError.self) { try JSONText.decode([PushID].self, from: "[7]") }
        #expect(throws: DecodingError.self) { try JSONText.decode([Digest].self, from: "[null]") }
    }

    /// The JSON text of `value`, which is encoded and decoded inside an array.
    private func text<Value: TextCodable & Equatable>(_ value: Value) throws -> String {
        let text = try JSONText.encode([value])
        #expect(try JSONText.decode([Value].self, from: text) == [value])
        return String(text.dropFirst().dropLast())
    }

    private func fault<Value: TextCodable>(_ type: Value.Type, _ json: String) -> String? {
        do {
            _ = try JSONText.decode([Value].self, from: "[\(json)]")
            return nil
        } catch DecodingError.dataCorrupted(let context) {
            #expect(context.codingPath.map(\.intValue) == [0])
            return context.debugDescription
        } catch {
            return "\(error)"
        }
    }
}
