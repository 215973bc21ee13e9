import EnclaviaCore
import TestSupport
import Testing

struct RecordTextTests {
    private func text(_ json: PushJSON) throws -> String {
        try RecordText.text(RecordField.all.map { try $0.value(json) })
    }

    @Test(arguments: Example.states, [0, 1, 2])
    func `the text is the encoding of the record`(state: PushState, labels: Int) throws {
        var record = Example.record(state: state)
        let pairs = [("te\"am", "blü/e\u{1}"), ("b", "\u{7F}\\")]
        record.labels = Dictionary(uniqueKeysWithValues: pairs.prefix(labels))
        #expect(try text(PushJSON(record)) == JSONText.encode(PushJSON(record)))
        record.origin = nil
        record.engine = nil
        record.notify = NotifyRecord(outcome: nil)
        record.message = "\u{202E}\n\t\"é😀\u{0}"
        #expect(try text(PushJSON(record)) == JSONText.encode(PushJSON(record)))
        record.origin = Origin(importedAt: Example.moment, host: nil)
        #expect(try text(PushJSON(record)) == JSONText.encode(PushJSON(record)))
    }

    @Test func `the text of any record that can be read is its encoding`() throws {
        try Fuzz.play(Fuzz.corpus("records.jsonl"), seed: 13) { line in
            guard let json = try? JSONText.decode(PushJSON.self, fromBytes: line) else {
                return false
            }
            let encoded = try JSONText.encode(json)
            #expect(try text(json) == encoded)
            return true
        }
    }
}
