import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// The places of pushes in the tables: what a prune leaves of them, and edits of them.
struct PushPlaceTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `a prune spares the newest of this machine, and that of all`() async throws {
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
        try store.expectSound()
    }

    /// The effective time is a function of the events that are left.

    @Test func `a push that was ahead and is pruned leaves those after it their own times`()
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
        // The other tag's only success stays, and what was recorded after it counts from there.
        #expect(try store.query { try Int.fetchOne($0, sql: late) } == 1)
        try store.expectSound()
        await SamplePush(tag: "other", digest: SamplePush.digest(8)).record(
            in: store.journal(), store.clock)
        _ = try await store.journal().prune(before: .latest, host: nil)
        #expect(try store.query { try Int.fetchOne($0, sql: late) } == 0)
        try store.expectSound()
    }

    @Test func `a push from the spool gets its own time where what was ahead goes`() async throws {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        store.clock.set(ahead: .zero)
        let spooled = try await store.locked { journal in
            await SamplePush().record(in: journal, store.clock)
        }
        #expect(try await store.journal().recover().takenIn == [spooled.record.id])
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        try store.expectSound()
        let pruned = try await store.journal().prune(before: .latest, host: nil)
        #expect(pruned.pushes == 1)
        try store.expectSound()
    }

    @Test(arguments: [
        "effective_at = '2030-01-01T00:00:00.000Z'", "effective_at = NULL",
        "effective_rank = effective_rank + 1", "effective_rank = 0", "effective_rank = NULL",
        "effective_at = pushed_at",
    ])
    func `a place that was edited is found`(_ change: String) async throws {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(1)
        store.clock.set(ahead: .zero)
        let own = await store.push(2)
        try await store.importText(store.imported(3, at: .latest))
        try store.expectSound()
        try store.edit {
            try $0.execute(
                sql: "UPDATE push SET \(change) WHERE id = ?", arguments: [own.id.text])
        }
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == false)
    }
}
