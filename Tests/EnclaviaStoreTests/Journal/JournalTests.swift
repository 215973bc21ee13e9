import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct JournalTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test
    func `a push is recorded from its first step to its last`() async throws {
        let journal = store.journal()
        let receipt = await SamplePush().record(in: journal, store.clock)
        #expect(receipt.location == .store)
        #expect(receipt.warnings.isEmpty)
        #expect(receipt.record.revision == 7)

        let stored = try #require(try store.history().record(receipt.record.id))
        #expect(stored == receipt.record)
        #expect(stored.state.manifest?.tagChange == .created)
        #expect(stored.state.manifest?.isVerified == true)
        #expect(stored.notify.outcome == .delivered)
        #expect(stored.finishedAt != nil)
    }

    @Test func `a receipt has the hash of the push's last event, and none from the spool`()
        async throws
    {
        let first = await SamplePush().record(in: store.journal(), store.clock)
        let second = await SamplePush().record(in: store.journal(), store.clock)
        let hashes = try store.query {
            try String.fetchAll($0, sql: "SELECT lower(hex(hash)) FROM event WHERE seq IN (7, 14)")
        }
        #expect([first.head, second.head] == hashes)
        #expect(try store.history().verify(head: first.head) { _ in }.notedSequence == 7)

        let journal = store.journal(busySeconds: 0)
        let entry = await SamplePush().begin(in: journal, store.clock)
        let holder = try TemporaryStore.holder(store.paths.database.string)
        try await holder.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let receipt = await entry.finish(PushEnding(at: store.clock.now()))
        #expect(receipt.location != .store)
        #expect(receipt.head == nil)
        await entry.close()
    }

    @Test
    func `the event log has the same bytes of each event as the store`() async throws {
        let journal = store.journal()
        await SamplePush().record(in: journal, store.clock)
        let lines = try store.lines(store.paths.eventLog.string)
        let stored = try store.query {
            try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq")
        }
        #expect(lines == stored)
        #expect(lines.count == 7)
    }

    /// Another push may find an unverified digest that the push itself verifies at that moment.
    @Test func `a digest is recorded as verified only once`() async throws {
        let journal = store.journal()
        let receipt = await SamplePush().record(in: journal, store.clock)
        let step = PushStep.verified(PushVerified(mediaType: nil, sizeBytes: nil))
        let again = await store.journal().append([step], to: receipt.record.id)
        #expect(again.record == receipt.record)
        #expect(try store.lines(store.paths.eventLog.string).count == 7)
    }

    @Test
    func `the hashes of the chain are computed over the stored bytes`() async throws {
        let journal = store.journal()
        await SamplePush().record(in: journal, store.clock)
        var head = HashChain.origin
        let rows = try store.query {
            try Row.fetchAll($0, sql: "SELECT data, data_hash, hash FROM event ORDER BY seq")
        }
        for row in rows {
            let event = try JSONText.decode(CloudEvent.self, from: row[0] as String)
            #expect(event.previousHash == Hexadecimal.encode(head))
            let dataHash = Array(row[1] as Data)
            #expect(dataHash == HashChain.dataHash(of: row[0] as String))
            head = HashChain.link(head, dataHash)
            #expect(Array(row[2] as Data) == head)
        }
        #expect(try store.history().summary().head == Hexadecimal.encode(head))
    }

    @Test
    func `a tag is created, left unchanged, then moved`() async throws {
        let journal = store.journal()
        var changes: [TagChange?] = []
        var previous: [Digest?] = []
        for number in [1, 1, 2] {
            let push = SamplePush(digest: SamplePush.digest(number))
            let receipt = await push.record(in: journal, store.clock)
            changes.append(receipt.record.state.manifest?.tagChange)
            previous.append(receipt.record.state.manifest?.previousDigest)
        }
        #expect(changes == [.created, .unchanged, .moved])
        #expect(previous == [nil, SamplePush.digest(1), SamplePush.digest(1)])
    }

    @Test
    func `a damaged store throws an error, instead of no pending notifications`() async throws {
        try store.makeStateDirectory()
        try Data(repeating: 0x2A, count: 4096)
            .write(to: URL(filePath: store.paths.database.string))
        await #expect(throws: StoreError.self) {
            try await store.journal().pendingNotifications(
                backend: "https://api.example", registry: "registry.example:5000", owner: "alice")
        }
    }

    @Test
    func `a failed push has no notification record`() async throws {
        let receipt = await SamplePush(outcome: .failed).record(in: store.journal(), store.clock)
        #expect(receipt.record.state.outcome == .failed)
        #expect(receipt.record.notify == .none)
    }

    @Test
    func `a later notification is added to a push that has ended`() async throws {
        let journal = store.journal()
        let first = await SamplePush(notify: .pending).record(in: journal, store.clock)
        let pending = try await journal.pendingNotifications(
            backend: "https://api.example", registry: "registry.example:5000", owner: "alice")
        #expect(pending.toSend == [first.record])
        let delivered = NotifyRecord(outcome: .delivered, at: store.clock.now(), attempts: 2)
        let receipt = await journal.append([.notified(delivered)], to: first.record.id)
        #expect(receipt.record.notify == delivered)
        #expect(receipt.record.revision == first.record.revision + 1)
        #expect(try store.history().record(first.record.id) == receipt.record)
    }

    @Test func `an earlier response is looked up among the events of the push`() async throws {
        await store.push(1)
        let plan = try store.journal().planOfClaim()
        #expect(plan.contains("SEARCH event USING INDEX event_push (push_id=?)"), "\(plan)")
    }

    @Test
    func `a push is claimed by one process at a time, and read again on each claim`() async throws {
        let (journal, other) = (store.journal(), store.journal())
        let entry = await SamplePush().begin(in: journal, store.clock)
        #expect(try await other.claim(entry.id) == nil)
        await entry.close()
        let push = await SamplePush(notify: .pending).record(in: journal, store.clock).record
        let claim = try #require(try await journal.claim(push.id))
        #expect(claim.record == push)
        #expect(try await other.claim(push.id) == nil)
        let delivered = NotifyRecord(outcome: .delivered, at: store.clock.now(), attempts: 1)
        _ = await journal.append([.notified(delivered)], to: push.id)
        await claim.release()
        let next = try #require(try await other.claim(push.id))
        #expect(next.record.notify == delivered)
        await next.release()
    }

    /// Until its comparison ends, a newer push may still turn out to be of another image.
    @Test
    func `the newest push is the newest verified one, or the push that queries`() async throws {
        let journal = store.journal()
        let old = await SamplePush(notify: .pending).record(in: journal, store.clock).record
        let reference = try #require(old.reference)
        let isNewest = { (id: PushID) in
            try await journal.isNewest(id, of: reference, backend: old.backend)
        }
        #expect(try await isNewest(old.id))
        let entry = await SamplePush().begin(in: store.journal(), store.clock)
        await entry.appendPushed(
            digest: Digest(of: [1]), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        #expect(try await isNewest(old.id), "the newer push is not verified yet")
        #expect(try await isNewest(entry.id), "it queries for itself")
        await entry.append([.verified(PushVerified(mediaType: nil, sizeBytes: nil))])
        #expect(await entry.record.state.manifest?.isVerified == true)
        #expect(try await isNewest(old.id), "the verification is written with the next step")
        await entry.finish(PushEnding(at: store.clock.now()))
        #expect(try await !isNewest(old.id))
        #expect(try await isNewest(entry.id))
        #expect(try await journal.isNewest(old.id, of: reference, backend: "https://other"))
        await entry.close()
    }

    @Test func `the newest push is the last one in the chain, regardless of the clock`()
        async throws
    {
        let journal = store.journal()
        let tomorrow = TestSystem(
            start: store.clock.start.adding(milliseconds: 86_400_000))
        let ahead = await SamplePush(notify: .pending).record(in: journal, tomorrow).record
        let later = await SamplePush(notify: .pending).record(in: journal, store.clock).record
        let reference = try #require(later.reference)
        #expect(
            try await journal.isNewest(later.id, of: reference, backend: later.backend))
        #expect(
            try await !journal.isNewest(ahead.id, of: reference, backend: ahead.backend))
        let pending = try await journal.pendingNotifications(
            backend: later.backend, registry: reference.registry, owner: reference.owner)
        #expect(pending.toSend.map(\.id) == [later.id])
        #expect(pending.superseded.map(\.id) == [ahead.id])
    }

    @Test
    func `the result of an older attempt does not replace a newer one`() async throws {
        let journal = store.journal()
        let push = await SamplePush(notify: .pending).record(in: journal, store.clock).record
        let delivered = NotifyRecord(outcome: .delivered, at: store.clock.now(), attempts: 7)
        let told = await journal.append([.notified(delivered)], to: push.id).record
        for late in [
            NotifyRecord(outcome: .pending, attempts: 3),
            delivered.superseded(at: store.clock.now()),
        ] {
            let receipt = await journal.append([.notified(late)], to: push.id)
            #expect(receipt.record == told && receipt.location == .store)
        }
        #expect(try store.history().record(push.id) == told)
    }

    @Test
    func `a push that the backend has answered stays answered after later attempts`()
        async throws
    {
        let journal = store.journal()
        let push = await SamplePush(notify: .pending).record(in: journal, store.clock).record
        let hadResponse = {
            let claim = try #require(try await journal.claim(push.id))
            await claim.release()
            return claim.hadResponse
        }
        #expect(try await !hadResponse())
        for (number, outcome) in [NotifyOutcome.failed, .pending].enumerated() {
            let notify = NotifyRecord(outcome: outcome, attempts: number + 1)
            _ = await journal.append([.notified(notify)], to: push.id)
        }
        #expect(try await hadResponse())
    }

    @Test
    func `only the newest of several pending pushes of a reference is to be sent`() async throws {
        let journal = store.journal()
        let old = await SamplePush(notify: .pending).record(in: journal, store.clock)
        let new = await SamplePush(notify: .pending).record(in: journal, store.clock)
        let other = await SamplePush(tag: "v2", notify: .pending).record(in: journal, store.clock)
        let pending = try await journal.pendingNotifications(
            backend: "https://api.example", registry: "registry.example:5000", owner: "alice")
        #expect(pending.toSend == [other.record, new.record])
        #expect(pending.superseded == [old.record])
    }

    @Test
    func `a crashed push reads as interrupted, and the next writer records that`()
        async throws
    {
        let journal = store.journal()
        let entry = await SamplePush().begin(in: journal, store.clock)
        let id = entry.id
        #expect(try outcomes() == [.running])
        await entry.close()
        #expect(try outcomes() == [.interrupted])
        #expect(try storedOutcome(id) == "running")

        let next = await SamplePush(tag: "v2").begin(in: store.journal(), store.clock)
        #expect(try storedOutcome(id) == "interrupted")
        #expect(try outcomes() == [.running, .interrupted])
        await next.close()
    }

    private func outcomes() throws -> [PushOutcome] {
        var outcomes: [PushOutcome] = []
        try store.history().forEach(HistoryQuery()) { push in
            outcomes.append(try push.record().state.outcome)
        }
        return outcomes
    }

    private func storedOutcome(_ id: PushID) throws -> String? {
        try store.query {
            try String.fetchOne(
                $0, sql: "SELECT outcome FROM push_v1 WHERE id = ?", arguments: [id.text])
        }
    }
}
