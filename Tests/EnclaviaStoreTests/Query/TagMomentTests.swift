import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// What a tag pointed at in the past, with wrong clocks and prunes.
struct TagMomentTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `a push with a future time does not change what a tag pointed at in the past`()
        async throws
    {
        await store.push(1)
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(2)
        store.clock.set(ahead: .zero)
        await store.push(3)
        let between = store.clock.now()
        await store.push(4)
        #expect(try store.digest(at: between) == SamplePush.digest(3))
        #expect(try store.digest() == SamplePush.digest(4))
    }

    @Test func `a clock that was set back does not make a push older`() async throws {
        await store.push(1)
        let before = store.clock.now()
        store.clock.set(ahead: TemporaryStore.day * -400)
        let back = await store.push(2)
        #expect(try store.digest() == SamplePush.digest(2))
        store.clock.set(ahead: .zero)
        #expect(back.state.manifest?.previousDigest == SamplePush.digest(1))
        // A year ago the tag did not exist.
        #expect(try store.digest(at: before.adding(milliseconds: -86_400_000 * 390)) == nil)
        #expect(try store.digest() == SamplePush.digest(2))
        try store.expectIntact()
    }

    @Test func `for a time that a prune may have affected, the answer is that it was pruned`()
        async throws
    {
        let first = await store.push(1)
        let early = try #require(first.state.manifest?.pushedAt)
        try await store.importText(
            store.imported(2, at: early.adding(milliseconds: 100))
                + store.imported(3, at: early.adding(milliseconds: 300)))
        let moment = early.adding(milliseconds: 200)
        #expect(try store.digest(at: moment) == SamplePush.digest(2))
        _ = try await store.journal().prune(before: store.clock.now(), host: nil)
        // The first is this machine's newest and the third is the newest of all; the second was pruned.
        let response = try AtOperation(history: store.history(), now: store.clock.now())
            .run(TemporaryStore.tag, at: moment)
        guard case .push(.pruned) = response else {
            Issue.record("\(response)")
            return
        }
        #expect(try store.digest() == SamplePush.digest(3))
        #expect(try store.digest(at: early.adding(milliseconds: 400)) == SamplePush.digest(3))
        // No push newer than these can have been pruned.
        let afterwards = store.clock.now()
        await store.push(4)
        #expect(try store.digest(at: afterwards) == SamplePush.digest(3))
    }

    @Test func `a push that a prune kept still answers for its time, and earlier times are pruned`()
        async throws
    {
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        let moment = store.clock.now()
        await store.push(1)
        let between = store.clock.now()
        _ = try await store.journal().prune(before: store.clock.now(), host: nil)
        await store.push(2)
        #expect(try store.digest(at: between) == SamplePush.digest(1))
        let response = try AtOperation(history: store.history(), now: store.clock.now())
            .run(TemporaryStore.tag, at: moment)
        guard case .push(.pruned) = response else {
            Issue.record("\(response)")
            return
        }
    }

    @Test func `a clock set back after it was ahead does not change the past`() async throws {
        await store.push(1)
        let moment = store.clock.now()
        await store.push(2)
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(3)
        store.clock.set(ahead: .seconds(-3600))
        await store.push(4)
        store.clock.set(ahead: .zero)
        #expect(try store.digest(at: moment) == SamplePush.digest(1))
        #expect(try store.digest(at: moment.adding(milliseconds: -600_000)) == nil)
        #expect(try store.digest() == SamplePush.digest(4))
        // An imported push counts together with those made while the clock was ahead.
        let imported = store.clock.now()
        try await store.importText(store.imported(5, at: imported))
        let later = store.clock.now()
        #expect(try store.digest(at: later) == SamplePush.digest(5))
    }
}
