import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// What a tag pointed at in the past, over clocks that are wrong and prunes.
struct TagMomentTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `the past is told by the times of pushes while the time that was ahead is to come`()
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

    @Test func `a clock that was set back makes no push older`() async throws {
        await store.push(1)
        let before = store.clock.now()
        store.clock.set(ahead: TemporaryStore.day * -400)
        let back = await store.push(2)
        #expect(try store.digest() == SamplePush.digest(2))
        store.clock.set(ahead: .zero)
        #expect(back.state.manifest?.previousDigest == SamplePush.digest(1))
        // It was not there a year ago.
        #expect(try store.digest(at: before.adding(milliseconds: -86_400_000 * 390)) == nil)
        #expect(try store.digest() == SamplePush.digest(2))
        try store.expectSound()
    }

    @Test func `what a prune may have taken is not answered by what is older`() async throws {
        let first = await store.push(1)
        let early = try #require(first.state.manifest?.pushedAt)
        try await store.importText(
            store.imported(2, at: early.adding(milliseconds: 100))
                + store.imported(3, at: early.adding(milliseconds: 300)))
        let moment = early.adding(milliseconds: 200)
        #expect(try store.digest(at: moment) == SamplePush.digest(2))
        _ = try await store.journal().prune(before: store.clock.now(), host: nil)
        // The first is this machine's newest, the third that of all; the second has gone.
        let answer = try AtOperation(history: store.history(), now: store.clock.now())
            .run(TemporaryStore.tag, at: moment)
        guard case .push(.pruned) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(try store.digest() == SamplePush.digest(3))
        #expect(try store.digest(at: early.adding(milliseconds: 400)) == SamplePush.digest(3))
        // Nothing can have gone that is newer than these.
        let afterwards = store.clock.now()
        await store.push(4)
        #expect(try store.digest(at: afterwards) == SamplePush.digest(3))
    }

    @Test func `a prune says nothing of a tag that it did not touch`() async throws {
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        let moment = store.clock.now()
        await store.push(1)
        let between = store.clock.now()
        _ = try await store.journal().prune(before: store.clock.now(), host: nil)
        await store.push(2)
        #expect(try store.digest(at: between) == SamplePush.digest(1))
        let answer = try AtOperation(history: store.history(), now: store.clock.now())
            .run(TemporaryStore.tag, at: moment)
        guard case .push(.pruned) = answer else {
            Issue.record("\(answer)")
            return
        }
    }

    @Test func `a clock that was set back after one that was ahead changes no past`() async throws {
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
        // An imported one counts beside those that come from the clock that was ahead.
        let imported = store.clock.now()
        try await store.importText(store.imported(5, at: imported))
        let later = store.clock.now()
        #expect(try store.digest(at: later) == SamplePush.digest(5))
    }
}
