import EnclaviaCore
import Foundation
import Testing

struct CloudEventTests {
    static let subjects: [HistoryEvent.Subject] = [
        .push(Example.id, .started(Example.started)),
        .push(
            Example.id,
            .authenticated(
                PushAuthenticated(
                    reference: Example.reference,
                    source: .engine(LocalImage(id: "sha256:1", revision: nil, source: "https://x")),
                    engine: EngineVersion(name: "podman", version: "4.3"),
                    context: PushContext(host: "h", gitDirty: false)))),
        .push(Example.id, .tagged(.registry(Example.other))),
        .push(Example.id, .pushed(Example.manifest)),
        .push(Example.id, .verified(PushVerified(mediaType: "m", sizeBytes: 3))),
        .push(Example.id, .notified(NotifyRecord(outcome: .pending, attempts: 3, message: "no"))),
        .push(Example.id, .finished(Example.record())),
        .push(Example.id, .imported(Example.record(state: .cancelled))),
        .push(Example.id, .reconciled(Example.record(state: .interrupted))),
        .pruned(
            PruneEventData(
                before: Example.moment, pushes: 2, events: 9, ranges: [[1, 4], [6, 10]],
                host: "laptop")),
        .login(
            AccountEventData(backend: "https://api.example.com", handle: "alice", host: "laptop")),
        .logout(AccountEventData(backend: "https://api.example.com", handle: nil, host: nil)),
    ]

    @Test(arguments: subjects)
    func `an event is the same after encoding and decoding`(_ subject: HistoryEvent.Subject) throws
    {
        let event = HistoryEvent(
            id: Example.id, time: Example.moment, subject: subject)
        let placed = CloudEvent(
            event, of: ChainID(Example.id), sequence: 42,
            previousHash: String(repeating: "0", count: 64), follows: 0)
        let text = try JSONText.encode(placed)
        #expect(try JSONText.decode(CloudEvent.self, from: text) == placed)
        #expect(!text.contains("\n"))
    }

    @Test(arguments: subjects)
    func `an event has the attributes that CloudEvents requires`(
        _ subject: HistoryEvent.Subject
    ) throws {
        let event = HistoryEvent(
            id: Example.id, time: Example.moment, subject: subject)
        let object = try #require(
            try JSONSerialization.jsonObject(
                with: Data(JSONText.encode(CloudEvent(event, of: ChainID(Example.id))).utf8))
                as? [String: Any])
        #expect(object["specversion"] as? String == "1.0")
        #expect(object["id"] as? String == Example.id.text)
        #expect(object["source"] as? String == "urn:uuid:\(Example.id)")
        #expect(object["type"] as? String == event.type.rawValue)
        #expect(object["time"] as? String == Example.moment.description)
        #expect(object["datacontenttype"] as? String == "application/json")
        #expect(object["data"] is [String: Any])
        #expect(object["sequence"] == nil)
    }

    @Test func `an event of an unknown chain has the nil UUID as its source`() throws {
        let event = HistoryEvent(id: Example.id, time: Example.moment, subject: Self.subjects[2])
        let text = try JSONText.encode(CloudEvent(event))
        #expect(text.contains(#""source":"urn:uuid:00000000-0000-0000-0000-000000000000""#))
        #expect(try JSONText.decode(CloudEvent.self, from: text) == CloudEvent(event))
    }

    /// Older versions named their host as the source, and had no host in the data.
    @Test(arguments: ["urn:enclavia:host:laptop", "urn:enclavia:host"])
    func `an event of an older version is read`(_ source: String) throws {
        let event = HistoryEvent(
            id: Example.id, time: Example.moment,
            subject: .login(
                AccountEventData(backend: "https://api.example.com", handle: nil, host: nil))
        )
        let text = try JSONText.encode(CloudEvent(event, of: ChainID(Example.id)))
            .replacing("urn:uuid:\(Example.id)", with: source)
            .replacing(#","host":null"#, with: "")
        #expect(text.contains(source))
        #expect(try JSONText.decode(CloudEvent.self, from: text) == CloudEvent(event))
    }

    @Test(arguments: subjects)
    func `only the events of a push that is in the registry carry the reference`(
        _ subject: HistoryEvent.Subject
    ) throws {
        let event = HistoryEvent(
            id: Example.id, time: Example.moment, subject: subject, reference: Example.reference)
        let carries = [.pushPushed, .pushVerified, .pushNotified].contains(event.type)
        #expect(event.type.carriesReference == carries)
        #expect(event.reference == (carries ? Example.reference : nil))
        let text = try JSONText.encode(CloudEvent(event, of: ChainID(Example.id)))
        let read = try JSONText.decode(CloudEvent.self, from: text)
        #expect(read.event == event)
        guard carries else { return }
        let key = #""reference":"\#(Example.reference)""#
        #expect(text.contains(key))
        // Older versions did not write the key.
        let older = text.replacing(key + ",", with: "").replacing("," + key, with: "")
        #expect(older != text)
        let bare = try JSONText.decode(CloudEvent.self, from: older).event
        #expect(bare == HistoryEvent(id: Example.id, time: Example.moment, subject: subject))
        #expect(throws: DecodingError.self) {
            try JSONText.decode(
                CloudEvent.self, from: text.replacing(key, with: #""reference":"alice/myapp""#))
        }
    }

    @Test func `sequence numbers sort as text`() {
        let numbers: [Int64] = [1, 2, 9, 10, 99, 100, 12345, .max]
        let texts = numbers.map(CloudEvent.sequenceText)
        #expect(texts == texts.sorted())
        #expect(Set(texts.map(\.count)) == [19])
    }

    @Test(arguments: [
        "0000000000000000000", "-000000000000000001", "1", "99999999999999999999", "",
        "+000000000000000001", "000000000000000000x",
    ])
    func `an invalid sequence number is refused`(_ sequence: String) throws {
        let event = HistoryEvent(
            id: Example.id, time: Example.moment, subject: Self.subjects[2])
        for whole in [CloudEvent(event, sequence: 1), CloudEvent(event, follows: 1)] {
            // An event may follow sequence 0, the one before the first event.
            if whole.follows != nil, sequence == "0000000000000000000" { continue }
            let broken = try JSONText.encode(whole)
                .replacing("0000000000000000001", with: sequence)
            #expect(throws: DecodingError.self) {
                try JSONText.decode(CloudEvent.self, from: broken)
            }
        }
    }

    @Test func `the steps of a push make its record`() {
        var record = PushRecord.started(Example.started, by: Example.id)
        #expect(record.state == .running)
        #expect(record.revision == 1)
        record.apply(
            .authenticated(
                PushAuthenticated(
                    reference: Example.reference, source: .engine(LocalImage(id: "sha256:1")),
                    engine: EngineVersion(name: "docker", version: "1"), context: PushContext())))
        record.apply(.tagged(.history))
        var manifest = Example.manifest
        manifest.isVerified = false
        manifest.mediaType = nil
        record.apply(.pushed(manifest))
        #expect(record.state.outcome == .succeeded)
        #expect(record.notify.outcome == .pending)
        record.apply(.verified(PushVerified(mediaType: "m", sizeBytes: 5)))
        #expect(record.state.manifest?.isVerified == true)
        #expect(record.state.manifest?.mediaType == "m")
        record.apply(.notified(NotifyRecord(outcome: .delivered, attempts: 1)))
        #expect(record.notify.outcome == .delivered)
        #expect(record.revision == 6)
    }
}
