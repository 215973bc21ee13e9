import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// The places of pushes in the tables, after a prune and after an edit.
struct PushPlaceTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `a prune keeps the newest push of this machine, and of all machines`() async throws {
        await store.push(1)
        let own = await store.push(2)
        try await store.importText(
            store.imported(3, at: store.clock.now()) + store.imported(4, at: .latest))
        _ = try await store.journal().prune(before: .latest, host: nil)
        var left: [Digest?] = []
        try store.history().forEach(HistoryQuery()) {
            try left.append($0.record().state.manifest?.digest)
        }
        #expect(Set(left) == [own.state.manifest?.digest, SamplePush.digest(4)])
        try store.expectIntact()
    }

    /// The effective time depends only on the events that remain.

    @Test func `after a prune of a push with a future time, later pushes have their own times`()
        async throws
    {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(1)
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        store.clock.set(ahead: .zero)
        for number in 2...5 { await store.push(number) }
        let late = "SELECT count(*) FROM push WHERE effective_at > pushed_at"
        #expect(try store.query { try Int.fetchOne($0, sql: late) } == 4)
        _ = try await store.journal().prune(before: .latest, host: nil)
        // The other tag's only success is kept, and pushes recorded after it are not earlier.
        #expect(try store.query { try Int.fetchOne($0, sql: late) } == 1)
        try store.expectIntact()
        await SamplePush(tag: "other", digest: SamplePush.digest(8)).record(
            in: store.journal(), store.clock)
        _ = try await store.journal().prune(before: .latest, host: nil)
        #expect(try store.query { try Int.fetchOne($0, sql: late) } == 0)
        try store.expectIntact()
    }

    @Test func `a recovered push gets its own time after a prune of a push with a future time`()
        async throws
    {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        store.clock.set(ahead: .zero)
        let spooled = try await store.locked { journal in
            await SamplePush().record(in: journal, store.clock)
        }
        #expect(try await store.journal().recover().recoveredPushes == [spooled.record.id])
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        try store.expectIntact()
        let pruned = try await store.journal().prune(before: .latest, host: nil)
        #expect(pruned.pushes == 1)
        try store.expectIntact()
    }

    @Test(arguments: [
        "effective_at = '2030-01-01T00:00:00.000Z'", "effective_at = NULL",
        "effective_rank = effective_rank + 1", "effective_rank = 0", "effective_rank = NULL",
        "effective_at = pushed_at",
    ])
    func `verify finds an edited place`(_ change: String) async throws {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(1)
        store.clock.set(ahead: .zero)
        let own = await store.push(2)
        try await store.importText(store.imported(3, at: .latest))
        try store.expectIntact()
        try store.edit {
            try $0.execute(
                sql: "UPDATE push SET \(change) WHERE id = ?", arguments: [own.id.text])
        }
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == false)
    }
}
