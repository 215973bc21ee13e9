import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

/// The reference in the later events of a push: its source, and that `verify` checks it.
struct EventReferenceTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// The `reference` of the data of each event, by the type's tail; `nil` where the key is missing.
    private func references() throws -> [(type: String, reference: JSONValue?)] {
        try store.query { db in
            try String.fetchAll(db, sql: "SELECT data FROM event ORDER BY seq")
        }.map { text in
            let event = try JSONText.decode(JSONValue.self, from: text).members ?? [:]
            let type = try JSONText.decode(CloudEvent.self, from: text).event.type
            return (type.tail, event["data"]?.members?["reference"])
        }
    }

    private func expectIntact() throws {
        let report = try store.history().verify(head: nil) { _ in }
        #expect(report.isIntact == true, "\(report.differences.listed)")
    }

    @Test func `a push's later events carry its reference`() async throws {
        let push = SamplePush()
        await push.record(in: store.journal(), store.clock)
        let found = try references().filter { $0.reference != nil }
        #expect(
            found.map(\.type) == [
                "push.authenticated", "push.pushed", "push.verified", "push.notified",
            ])
        #expect(found.allSatisfy { $0.reference == .string(push.reference.description) })
        #expect(
            try store.lines(store.paths.eventLog.string).count { $0.contains("reference") } == 5)
        try expectIntact()
    }

    @Test func `a step that is added later carries the reference of the record`() async throws {
        let push = SamplePush(notify: .pending)
        let receipt = await push.record(in: store.journal(), store.clock)
        let told = NotifyRecord(outcome: .delivered, at: store.clock.now(), attempts: 2)
        let later = await store.journal().append([.notified(told)], to: receipt.record.id)
        #expect(later.record.notify.attempts == 2)
        let last = try #require(try references().last)
        #expect(last.type == "push.notified")
        #expect(last.reference == .string(push.reference.description))
        try expectIntact()
    }

    @Test func `a step of a push whose reference is not known has null`() async throws {
        let journal = store.journal()
        let entry = await journal.begin(
            store.clock.newID(), SamplePush().started(store.clock.now()))
        await entry.append([.notified(NotifyRecord(outcome: .skipped))])
        await entry.finish(PushEnding(.cancelled, at: store.clock.now()))
        await entry.close()
        let notified = try #require(try references().first { $0.type == "push.notified" })
        #expect(notified.reference == .null)
        try expectIntact()
    }

    @Test func `a step from the spool carries the reference, too`() async throws {
        let push = SamplePush()
        let entry = await push.begin(in: store.journal(busySeconds: 1), store.clock)
        let other = try TemporaryStore.holder(store.paths.database.string)
        try await onThread { try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") } }
        await entry.appendPushed(
            digest: push.digest, mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        try await onThread { try other.inDatabase { try $0.execute(sql: "ROLLBACK") } }
        await entry.close()
        let spool = store.paths.spools[0].appending("\(entry.id).jsonl")
        #expect(try store.lines(spool.string).allSatisfy { $0.contains("\(push.reference)") })
        #expect(try await store.journal().recover().recoveredPushes == [entry.id])
        let pushed = try #require(try references().first { $0.type == "push.pushed" })
        #expect(pushed.reference == .string(push.reference.description))
        try expectIntact()
    }

    /// Changes the text of the newest event, and recomputes its hashes.
    private func rewriteNewest(_ change: (String) -> String) throws {
        try store.edit { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT seq, data, hash FROM event ORDER BY seq DESC LIMIT 2")
            let text = change(rows[0]["data"])
            #expect(text != rows[0]["data"])
            let hash = HashChain.dataHash(of: text)
            let link = HashChain.link(Array(rows[1]["hash"] as Data), hash)
            try db.execute(
                sql: "UPDATE event SET data = ?, data_hash = ?, hash = ? WHERE seq = ?",
                arguments: [text, Data(hash), Data(link), rows[0]["seq"] as Int64])
        }
    }

    /// A push whose newest event has its digest.
    private func pushed() async throws -> PushID {
        let entry = await SamplePush().begin(in: store.journal(), store.clock)
        await entry.appendPushed(
            digest: SamplePush.digest(1), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        return entry.id
    }

    @Test func `a reference that is not the push's is a difference`() async throws {
        let id = try await pushed()
        let sequence = try store.history().newest()
        try rewriteNewest { $0.replacing("alice/myapp:v1", with: "alice/other:v1") }
        let report = try store.history().verify(head: nil) { _ in }
        #expect(
            report.differences.listed == [
                .reference(
                    sequence: sequence, push: id.text,
                    found: "registry.example:5000/alice/other:v1",
                    expected: "registry.example:5000/alice/myapp:v1")
            ])
    }

    @Test func `an older version's event without the reference is not a difference`() async throws {
        _ = try await pushed()
        try rewriteNewest {
            $0.replacing(#""reference":"registry.example:5000/alice/myapp:v1","#, with: "")
        }
        try expectIntact()
    }
}
