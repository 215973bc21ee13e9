import EnclaviaCore
import EnclaviaStore
import Testing

/// The attention items of `status`, and which pushes are to be notified or verified.
struct AttentionTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func attention() throws -> [AttentionItem.Kind] {
        try store.history().needingAttention().map(\.kind)
    }

    private func record(_ push: SamplePush, isVerified: Bool = true) async -> PushRecord {
        let journal = store.journal()
        defer { Task { await journal.close() } }
        guard isVerified else {
            let entry = await push.begin(in: journal, store.clock)
            await entry.appendPushed(
                digest: push.digest, mediaType: nil, sizeBytes: nil, after: .history,
                at: store.clock.now())
            let receipt = await entry.finish(PushEnding(at: store.clock.now()))
            await entry.close()
            return receipt.record
        }
        return await push.record(in: journal, store.clock).record
    }

    /// Imports another machine's push to the same reference, a day later.
    private func importNewer(than record: PushRecord) async throws {
        let startedAt = record.startedAt.adding(milliseconds: 86_400_000)
        var newer = PushRecord(
            id: PushID(at: startedAt, random: (1, 1)), revision: 4,
            destination: record.destination, backend: record.backend, reference: record.reference,
            localImage: record.localImage, startedAt: startedAt, cliVersion: "1.0.0")
        newer.state = .succeeded(
            PushedManifest(digest: SamplePush.digest(9), isVerified: true, pushedAt: startedAt))
        newer.notify = NotifyRecord(outcome: .pending)
        try await store.importText(JSONText.encode(PushJSON(newer)))
    }

    @Test(arguments: [
        (NotifyOutcome.failed, AttentionItem.Kind.notifyFailed), (.pending, .notifyPending),
    ])
    func `only a newer succeeded push of this machine resolves an older attention item`(
        notify: NotifyOutcome, kind: AttentionItem.Kind
    ) async throws {
        let push = await record(SamplePush(notify: notify))
        #expect(try attention() == [kind])
        _ = await record(SamplePush(outcome: .cancelled))
        #expect(try attention() == [kind], "after a cancelled push")
        _ = await record(SamplePush(outcome: .failed))
        #expect(try attention() == [.lastPushFailed, kind], "after a failed push")
        try await importNewer(than: push)
        #expect(try attention() == [kind], "after another machine's push")
        _ = await record(SamplePush(tag: "v2"))
        #expect(try attention() == [kind], "after a push to another tag")
        _ = await record(SamplePush())
        #expect(try attention() == [])
    }

    @Test func `an unverified digest needs attention until a newer push succeeds`() async throws {
        let push = await record(SamplePush(), isVerified: false)
        _ = await record(SamplePush(outcome: .failed))
        #expect(try attention().contains(.unverified))
        #expect(try store.history().unverified().map(\.id) == [push.id])
        _ = await record(SamplePush())
        #expect(try !attention().contains(.unverified))
        #expect(
            try store.history().unverified().map(\.id) == [push.id], "reconcile still queries it")
    }

    @Test
    func `only this machine's newest ended push of each reference is to be notified`()
        async throws
    {
        let older = await record(SamplePush(notify: .failed))
        let newest = await record(SamplePush(notify: .pending))
        let other = await record(SamplePush(tag: "v2", notify: .failed))
        _ = await record(SamplePush(tag: "v3", outcome: .failed))
        try await importNewer(than: newest)
        let live = await SamplePush(tag: "v4").begin(in: store.journal(), store.clock)
        await live.appendPushed(
            digest: SamplePush.digest(4), mediaType: nil, sizeBytes: nil, after: .history,
            at: store.clock.now())

        let owed = try store.history().unnotified()
        #expect(Set(owed.toSend.map(\.id)) == [newest.id, other.id])
        #expect(owed.superseded.map(\.id) == [older.id])
        await live.finish(PushEnding(at: store.clock.now()))
        await live.close()
        #expect(try store.history().unnotified().toSend.map(\.id).contains(live.id))
    }

    @Test func `a newer push supersedes an older one, even if its own notification was delivered`()
        async throws
    {
        let older = await record(SamplePush(notify: .failed))
        _ = await record(SamplePush(notify: .delivered))
        let owed = try store.history().unnotified()
        #expect(owed.toSend.isEmpty)
        #expect(owed.superseded.map(\.id) == [older.id])
    }
}
