import EnclaviaCore
import EnclaviaStore
import Foundation
import Testing

/// A failed attempt after the newest success needs attention.
struct FailedAttemptTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func failed() throws -> [PushID?] {
        try store.history().needingAttention().filter { $0.kind == .lastPushFailed }.map(\.pushID)
    }

    @discardableResult
    private func fail(_ tag: String = "v1") async -> PushID {
        await SamplePush(tag: tag, outcome: .failed).record(in: store.journal(), store.clock)
            .record.id
    }

    @Test func `the newest failed attempt at each reference stays until the next success`()
        async throws
    {
        await store.push(1)
        #expect(try failed() == [])
        await fail()
        let newest = await fail()
        let other = await fail("v2")
        #expect(try failed() == [other, newest])
        await SamplePush(outcome: .cancelled).record(in: store.journal(), store.clock)
        #expect(try failed() == [other, newest])
        await store.push(2)
        #expect(try failed() == [other])
        let item = try store.history().needingAttention().first
        #expect(item?.message == "gone")
        #expect(item?.reference?.tag == "v2")
    }

    @Test func `a destination that can never succeed needs no attention`() async throws {
        let newest = await fail()
        await SamplePush(outcome: .failed, failure: "usage").record(
            in: store.journal(), store.clock)
        #expect(try failed() == [newest])
    }

    @Test func `cancelled and interrupted attempts are not failed ones`() async throws {
        await SamplePush(outcome: .cancelled).record(in: store.journal(), store.clock)
        await SamplePush(outcome: .interrupted).record(in: store.journal(), store.clock)
        let entry = await SamplePush().begin(in: store.journal(), store.clock)
        await entry.close()
        #expect(try failed() == [])
    }

    @Test func `a clock that was ahead neither keeps nor hides a failure`() async throws {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await fail()
        store.clock.set(ahead: .zero)
        await store.push(1)
        #expect(try failed() == [])
        let newest = await fail()
        #expect(try failed() == [newest])
        store.clock.set(ahead: TemporaryStore.day * -2)
        await store.push(2)
        #expect(try failed() == [])
    }

    @Test func `an imported success ends a failure that began before it, an earlier one does not`()
        async throws
    {
        let id = await fail()
        let record = try #require(try store.history().record(id))
        try await store.importText(
            store.imported(1, at: record.startedAt.adding(milliseconds: -1)))
        #expect(try failed() == [id])
        try await store.importText(
            store.imported(2, at: record.startedAt.adding(milliseconds: 1), random: 2))
        #expect(try failed() == [])
    }

    @Test func `an imported failure needs no attention`() async throws {
        let record = try #require(
            try await store.history().record(fail()))
        let line = try JSONText.encode(PushJSON(record)) + "\n"
        let other = try TemporaryStore()
        try await other.importText(line)
        #expect(try other.history().needingAttention().isEmpty)
        #expect(
            try other.history().tags(of: nil, traced: .max, limit: nil).map(\.pointsAt) == [nil])
    }

    @Test
    func `a failed push without a reference needs attention until a push to its destination`()
        async throws
    {
        let journal = store.journal()
        func failWithoutReference(_ destination: String) async -> PushID {
            let entry = await journal.begin(
                store.clock.newID(),
                PushStarted(
                    destination: destination, backend: "https://api.example",
                    localImage: "myapp:dev", labels: [:], startedAt: store.clock.now(),
                    host: "laptop", user: "alice", cliVersion: "1.0.0"))
            let failure = PushFailure(stage: .authenticate, kind: "not_logged_in", message: "no")
            await entry.finish(
                PushEnding(.failed(failure, contradicted: nil), at: store.clock.now()))
            await entry.close()
            return entry.id
        }
        let mine = await failWithoutReference("alice/myapp:v1")
        let other = await failWithoutReference("other")
        #expect(try failed() == [other, mine])
        await store.push(1)
        #expect(try failed() == [other])
        await journal.close()
    }

    @Test func `a spooled failure from before a success needs no attention`()
        async throws
    {
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        let spooled = try await store.locked { journal in
            await SamplePush(outcome: .failed).record(in: journal, store.clock).record
        }
        let spool = try #require(store.paths.spools.first).string
        // The spool is moved away meanwhile.
        try FileManager.default.moveItem(atPath: spool, toPath: "\(spool).away")
        await store.push(1)
        let newest = await fail()
        try FileManager.default.moveItem(atPath: "\(spool).away", toPath: spool)
        #expect(try await store.journal().recover().recoveredPushes == [spooled.id])
        #expect(try failed() == [newest])
        await store.push(2)
        #expect(try failed() == [])
    }
}
