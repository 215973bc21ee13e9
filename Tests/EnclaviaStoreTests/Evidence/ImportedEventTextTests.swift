import EnclaviaCore
import EnclaviaStore
import Testing

struct ImportedEventTextTests {
    @Test func `the text is equal to the encoding of the whole event`() throws {
        let moment = Timestamp(milliseconds: 1_785_000_000_123)
        let push = PushRecord(
            id: PushID(at: moment, random: (1, 2)), revision: 3, destination: "app",
            backend: "https://api.example", localImage: "app:dev", startedAt: moment,
            state: .cancelled, labels: ["a\"b": "c"], cliVersion: "1")
        let id = PushID(at: moment, random: (3, 4))
        let previous = String(repeating: "0f", count: 32)
        let chain = ChainID(PushID(at: moment, random: (5, 6)))
        let text = ImportedEventText(
            id: id, time: moment, chain: chain, push: push.id,
            json: try JSONText.encode(PushJSON(push))
        ).text(sequence: 42, previousHash: previous)
        let event = HistoryEvent(
            id: id, time: moment, subject: .push(push.id, .imported(push)))
        let whole = CloudEvent(event, of: chain, sequence: 42, previousHash: previous)
        #expect(text == (try JSONText.encode(whole)))
    }
}
