import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// The order of pushes, with wrong clocks and imported records with any time.
struct PushOrderTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `a push with a future time does not stay the newest`() async throws {
        await store.push(1)
        store.clock.set(ahead: TemporaryStore.day * 2)
        let ahead = await store.push(2)
        store.clock.set(ahead: .zero)
        let moved = await store.push(3)
        #expect(moved.state.manifest?.previousDigest == ahead.state.manifest?.digest)
        let same = await store.push(3)
        #expect(same.state.manifest?.tagChange == .unchanged)
        #expect(try store.digest() == SamplePush.digest(3))
        #expect(try store.digest(at: store.clock.now()) == SamplePush.digest(3))
        try store.expectIntact()

        // A superseded push is not notified, and the push with the future time supersedes none.
        let pending = await store.push(4, notify: .pending)
        let owed = try store.history().unnotified()
        #expect(owed.toSend.map(\.id) == [pending.id])
        let attention = try store.history().needingAttention()
        #expect(attention.map(\.pushID) == [pending.id])
        await store.push(5)
        #expect(try store.history().needingAttention().isEmpty)
        #expect(try store.history().unnotified().toSend.isEmpty)
    }

    @Test func `pushes of the same millisecond are in the order of their recording`()
        async throws
    {
        let moment = store.clock.now()
        for number in [5, 3, 9, 1, 7] {
            let entry = await store.journal().begin(
                PushID(at: moment, random: (UInt64(number), 0)), SamplePush().started(moment))
            await entry.append([.authenticated(SamplePush().authenticated)])
            let receipt = await entry.appendPushed(
                digest: SamplePush.digest(number), mediaType: nil, sizeBytes: nil, after: .history,
                at: moment)
            await entry.close()
            if number == 9 {
                #expect(receipt.record.state.manifest?.previousDigest == SamplePush.digest(3))
            }
        }
        #expect(try store.digest() == SamplePush.digest(7))
        var moves = HistoryQuery()
        moves.movesOnly = true
        var digests: [Digest?] = []
        try store.history().forEach(moves) {
            try digests.append($0.record().state.manifest?.digest)
        }
        #expect(digests == [7, 1, 9, 3, 5].map(SamplePush.digest))
        moves.isReversed = true
        moves.since = moment
        digests = []
        try store.history().forEach(moves) {
            try digests.append($0.record().state.manifest?.digest)
        }
        #expect(digests == [5, 3, 9, 1, 7].map(SamplePush.digest))
    }

    @Test func `an imported record is no later than its import`() async throws {
        let own = await store.push(1)
        try await store.importText(store.imported(2, at: .latest))
        #expect(try store.digest() == SamplePush.digest(2))
        #expect(try store.digest(at: store.clock.now()) == SamplePush.digest(2))
        let last = await store.push(3)
        #expect(last.state.manifest?.previousDigest == own.state.manifest?.digest)
        #expect(try store.digest() == SamplePush.digest(3))
        #expect(try store.digest(at: .latest) == SamplePush.digest(3))
        try store.expectIntact()
    }

    @Test func `the order of imports does not matter`() async throws {
        let own = await store.push(1)
        let moment = try #require(own.state.manifest?.pushedAt)
        // The same millisecond as the own push; then the own push is the newest.
        let texts = try [
            store.imported(2, at: moment, random: 1), store.imported(3, at: moment, random: 2),
            store.imported(4, at: moment.adding(milliseconds: -1), random: 3),
        ]
        let other = try TemporaryStore()
        other.clock.set(ahead: TemporaryStore.day)
        try await store.importText(texts.joined())
        for text in texts.reversed() { try await other.importText(text) }
        #expect(try store.digest() == SamplePush.digest(1))
        let there = try other.history().push(of: TemporaryStore.tag, at: nil, now: .latest)
        guard case .known(let newest) = there else {
            Issue.record("\(there)")
            return
        }
        #expect(try newest.record().state.manifest?.digest == SamplePush.digest(3))
        try store.expectIntact()
    }

    @Test func `a newer revision of an imported record keeps its place`() async throws {
        let line = try store.imported(2, at: .latest)
        try await store.importText(line)
        await store.push(3)
        let newer = line.replacing(#""revision":5"#, with: #""revision":6"#)
        try await store.importText(newer)
        #expect(try store.digest() == SamplePush.digest(3))
        try store.expectIntact()
    }

    /// The store was locked during the push, and the push is recovered after a later one.

    @Test func `a recovered push is not newer than pushes that followed it`() async throws {
        await store.push(1)
        let sample = SamplePush(digest: SamplePush.digest(2), notify: .pending)
        let spooled = try await store.locked { journal in
            let entry = await sample.begin(in: journal, store.clock)
            await entry.appendPushed(
                digest: sample.digest, mediaType: nil, sizeBytes: nil, after: .history,
                at: store.clock.now())
            await entry.append([.notified(NotifyRecord(outcome: .pending, attempts: 1))])
            return entry
        }
        await store.push(3)
        await spooled.finish(PushEnding(at: store.clock.now()))
        await spooled.close()
        #expect(try await store.journal().recover().recoveredPushes == [spooled.id])

        #expect(try store.digest() == SamplePush.digest(3))
        let owed = try store.history().unnotified()
        #expect(owed.toSend.isEmpty && owed.superseded.map(\.id) == [spooled.id])
        #expect(try store.history().needingAttention().isEmpty)
        let status = try store.history().latest(of: TemporaryStore.tag).map { try $0.record() }
        #expect(status.map { $0.state.manifest?.digest } == [SamplePush.digest(3)])
        let next = await store.push(4)
        #expect(next.state.manifest?.previousDigest == SamplePush.digest(3))
        try store.expectIntact()
    }

    @Test(arguments: [TemporaryStore.day * 2, .zero, .seconds(-3600)])
    func `a recovered push is not older than pushes before it, regardless of the clock`(
        _ ahead: Duration
    ) async throws {
        store.clock.set(ahead: ahead)
        await SamplePush(tag: "other").record(in: store.journal(), store.clock)
        store.clock.set(ahead: .zero)
        let first = await store.push(1)
        store.clock.set(ahead: ahead)
        let spooled = try await store.locked { journal in
            await SamplePush(digest: SamplePush.digest(2), notify: .pending)
                .record(in: journal, store.clock)
        }
        store.clock.set(ahead: .zero)
        #expect(try await store.journal().recover().recoveredPushes == [spooled.record.id])
        #expect(try store.digest() == SamplePush.digest(2))
        #expect(try store.history().unnotified().toSend.map(\.id) == [spooled.record.id])
        try store.expectIntact()
        _ = try await store.journal().prune(before: .latest, host: nil)
        #expect(try store.history().record(first.id) == nil)
        #expect(try store.history().record(spooled.record.id) == spooled.record)
        try store.expectIntact()
        await store.push(3)
        #expect(try store.digest() == SamplePush.digest(3))
    }

    @Test func `the image of a later push is not attributed to a push that crashed in the spool`()
        async throws
    {
        await store.push(1)
        let orphaned = try await store.locked { journal in
            let entry = await SamplePush(digest: SamplePush.digest(2))
                .begin(in: journal, store.clock)
            await entry.close()
            return entry
        }
        // The spool is moved away meanwhile.
        let spool = try #require(store.paths.spools.first).string
        try FileManager.default.moveItem(atPath: spool, toPath: "\(spool).away")
        await store.push(2)
        try FileManager.default.moveItem(atPath: "\(spool).away", toPath: spool)
        #expect(try await store.journal().recover().recoveredPushes == [orphaned.id])
        let record = try #require(try store.history().record(orphaned.id))
        #expect(try store.history().wasPushedLater(SamplePush.digest(2), than: record))
        #expect(try !store.history().wasPushedLater(SamplePush.digest(1), than: record))
        #expect(try store.history().needingAttention().isEmpty)
    }

    @Test func `the newest push of a tag is the newest by place, not by time`() async throws {
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(1)
        store.clock.set(ahead: .zero)
        let newest = await store.push(2)
        try await store.importText(store.imported(3, at: .latest))
        func shown() throws -> [PushID] {
            try store.history().latest(of: TemporaryStore.tag).map { try $0.record().id }
        }
        #expect(try shown() == [newest.id])
        store.clock.set(ahead: TemporaryStore.day * 3)
        let failed = await SamplePush(outcome: .failed).record(in: store.journal(), store.clock)
        #expect(try shown() == [failed.record.id] || shown() == [newest.id])
    }

    @Test func `a push that is repeated has the place of its last digest`() async throws {
        let journal = store.journal()
        store.clock.set(ahead: TemporaryStore.day * 2)
        let first = await SamplePush().begin(in: journal, store.clock)
        await first.appendPushed(
            digest: SamplePush.digest(1), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        store.clock.set(ahead: .zero)
        await store.push(2)
        // The digest was another image's; without it the future time is gone too.
        await first.append([.tagged(.history)])
        try store.expectIntact()
        #expect(try store.digest() == SamplePush.digest(2))
        await first.appendPushed(
            digest: SamplePush.digest(3), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())
        await first.close()
        #expect(try store.digest() == SamplePush.digest(3))
        try store.expectIntact()
    }

    @Test
    func `the image of a later push is not attributed to an earlier one`()
        async throws
    {
        store.clock.set(ahead: TemporaryStore.day * 2)
        let killed = await SamplePush().begin(in: store.journal(), store.clock)
        await killed.close()
        store.clock.set(ahead: .zero)
        let digest = SamplePush.digest(2)
        let record = await killed.record
        #expect(try !store.history().wasPushedLater(digest, than: record))
        await store.push(2)
        #expect(try store.history().wasPushedLater(digest, than: record))
        #expect(try !store.history().wasPushedLater(SamplePush.digest(3), than: record))
    }

    @Test func `an image pushed before this push sent anything does not count as later`()
        async throws
    {
        let push = SamplePush()
        let entry = await store.journal().begin(
            store.clock.newID(), push.started(store.clock.now()))
        for (number, step) in [
            (2, PushStep.authenticated(push.authenticated)), (3, .tagged(.history)),
        ] {
            await store.push(number)
            await entry.append([step])
            let record = await entry.record
            #expect(
                try !store.history().wasPushedLater(SamplePush.digest(number), than: record),
                "\(step)")
        }
        await store.push(4)
        let record = await entry.record
        #expect(try store.history().wasPushedLater(SamplePush.digest(4), than: record))
        await entry.close()
    }
}
