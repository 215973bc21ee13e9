import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// The fast decoder must return what Foundation's decoder returns, or leave the text to it.
struct JSONTapeTests {
    /// A value of each kind that a record or an event has.
    private struct Sample: Codable, Hashable {
        var number: Int
        var big: Int64?
        var truth: Bool?
        var name: String?
        var list: [String]?
        var map: [String: String]?
        var inner: [Inner]?
        @Nullable var word: PushOutcome?

        struct Inner: Codable, Hashable {
            var fraction: Double?
            var small: UInt8?
            var value: JSONValue?
        }
    }

    @Test(arguments: [
        #"{"number":1}"#, #" { "number" : 1 , "name" : "a" } "#, #"{"number":1,"name":null}"#,
        #"{"number":-12,"big":999999999999999999,"truth":false,"word":"failed"}"#,
        #"{"number":0,"list":[],"map":{},"inner":[]}"#, #"{"number":1,"list":["a","é"]}"#,
        #"{"number":1,"map":{"b":"1","a":"2"},"other":[{"x":[null,true]}]}"#,
        #"{"number":1,"inner":[{},{"value":{"a":[1,"b",null]}}]}"#,
    ])
    func `a plain text is decoded as by Foundation`(text: String) throws {
        let tape = try #require(JSONTape(Array(text.utf8)))
        let value = try JSONDecoder().decode(Sample.self, from: Data(text.utf8))
        if value.inner?.contains(where: { $0.value != nil }) != true {
            #expect(JSONTapeDecoder.decode(Sample.self, tape) == value)
        }
        #expect(try JSONText.decode(Sample.self, from: text) == value)
    }

    @Test(arguments: [
        #"{"number":1,"number":2}"#, #"{"name":"a","number":1,"name":"b"}"#, #"{"number":007}"#,
        #"{"number":-0}"#, #"{"number":1.0}"#, #"{"number":1e2}"#, #"{"number":1.5}"#,
        #"{"number":9223372036854775807}"#, #"{"number":9223372036854775808}"#, #"{"number":-}"#,
        #"{"number":1,"n\u0061me":"a"}"#, #"{"number":1,"name":"\u0061\n"}"#,
        "{\"number\":1,\"map\":{\"\u{E9}\":\"1\",\"e\u{301}\":\"2\"}}",
        "{\"number\":1,\"name\":\"\n\"}", #"{"number":1,}"#, #"{"number":1}}"#, #"{"number":1"#,
        #"{"number" 1}"#, #"{"number":1,"list":[1]}"#, #"{"number":1,"list":["a",]}"#,
        #"{"number":1,"list":[,]}"#, #"{"number":"1"}"#, #"{"number":null}"#, #"{}"#, "[1]", "1",
        "", #"{"number":1,"truth":"true"}"#, #"{"number":1,"truth":1}"#, #"{"number":true}"#,
        #"{"number":1,"truth":tru}"#, #"{"number":1,"word":"unknown"}"#, #"{number:1}"#,
        #"{"number":1,"inner":[{"fraction":1,"small":2}]}"#, #"{"number":1,"inner":[null]}"#,
        #"{"number":1,"inner":[{"small":300}]}"#, #"{"number":1,"map":{"a":null}}"#,
        "{\"number\":1,\"x\":" + String(repeating: "[", count: 40)
            + String(repeating: "]", count: 40) + "}",
    ])
    func `any other text has Foundation's result`(text: String) {
        let value = try? JSONDecoder().decode(Sample.self, from: Data(text.utf8))
        #expect((try? JSONText.decode(Sample.self, from: text)) == value)
    }

    @Test func `damaged records and events have Foundation's result`() throws {
        let records = try Fuzz.corpus("records.jsonl")
        try Fuzz.play(records, seed: 11) { try isDecodedAlike(PushJSON.self, $0) }
        let events = try Fuzz.corpus("events.jsonl")
        try Fuzz.play(events, seed: 12) { try isDecodedAlike(CloudEvent.self, $0) }
    }

    private func isDecodedAlike<Value: Decodable & Equatable>(
        _ type: Value.Type, _ text: [UInt8]
    ) throws -> Bool {
        guard let value = try? JSONText.decode(type, fromBytes: text) else { return false }
        #expect(try JSONDecoder().decode(type, from: Data(text)) == value)
        return true
    }

    @Test func `records and events take the fast way`() throws {
        for state in Example.states {
            let record = Example.record(state: state)
            let text = try JSONText.encode(PushJSON(record))
            let tape = try #require(JSONTape(Array(text.utf8)))
            #expect(JSONTapeDecoder.decode(PushJSON.self, tape) == PushJSON(record))
            let event = CloudEvent(
                HistoryEvent(
                    id: Example.id, time: Example.moment,
                    subject: .push(Example.id, .imported(record))), sequence: 1)
            let line = try JSONText.encode(event)
            let whole = try #require(JSONTape(Array(line.utf8)))
            #expect(JSONTapeDecoder.decode(CloudEvent.self, whole) == event)
        }
    }

    @Test(arguments: [#"{"b":1,"a":2,"b":3}"#, #"{"a":1,"a":2}"#, #"[{"x":{"c":1,"c":1}}]"#])
    func `a text in which a key is repeated is not plain`(text: String) {
        #expect(JSONTape(Array(text.utf8)) == nil)
        #expect(RepeatedKey.first(in: Array(text.utf8)) != nil)
    }

    @Test func `a long text is left to Foundation`() {
        let text = "[" + String(repeating: "1,", count: 40_000) + "1]"
        #expect(JSONTape(Array(text.utf8)) == nil)
    }
}
