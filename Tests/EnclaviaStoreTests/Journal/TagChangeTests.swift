import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// The recorded tag change of a push.
struct TagChangeTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func push(
        _ digest: Digest, after before: TagBefore, tag: String = "v1", commit: String? = "def456"
    ) async -> PushRecord {
        let sample = SamplePush(tag: tag)
        let entry = await store.journal().begin(
            store.clock.newID(), sample.started(store.clock.now()))
        let known = sample.authenticated
        await entry.append([
            .authenticated(
                PushAuthenticated(
                    reference: known.reference, source: known.source, engine: known.engine,
                    context: PushContext(host: "laptop", user: "alice", gitCommit: commit))),
            .tagged(before),
        ])
        await entry.appendPushed(
            digest: digest, mediaType: nil, sizeBytes: nil, after: before, at: store.clock.now())
        let receipt = await entry.finish(PushEnding(at: store.clock.now()))
        await entry.close()
        return receipt.record
    }

    @Test func `the registry's answer takes precedence over the history`() async throws {
        _ = await push(SamplePush.digest(1), after: .registry(nil))
        let moved = await push(SamplePush.digest(2), after: .registry(SamplePush.digest(7)))
        #expect(moved.state.manifest?.tagChange == .moved)
        #expect(moved.state.manifest?.previousDigest == SamplePush.digest(7))
        #expect(moved.state.manifest?.tagChangeSource == .registry)
        // The tag was deleted.
        let created = await push(SamplePush.digest(3), after: .registry(nil))
        #expect(created.state.manifest?.tagChange == .created)
        let unchanged = await push(SamplePush.digest(3), after: .registry(SamplePush.digest(3)))
        #expect(unchanged.state.manifest?.tagChange == .unchanged)
        let row = try store.query {
            try String.fetchAll(
                $0, sql: "SELECT tag_change || ' ' || tag_change_source FROM push_v1 ORDER BY id")
        }
        #expect(
            row == [
                "created registry", "moved registry", "created registry", "unchanged registry",
            ])
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `without the registry's answer the previous digest comes from the history`()
        async throws
    {
        _ = await push(SamplePush.digest(1), after: .registry(nil))
        let moved = await push(SamplePush.digest(2), after: .history)
        #expect(moved.state.manifest?.tagChange == .moved)
        #expect(moved.state.manifest?.previousDigest == SamplePush.digest(1))
        #expect(moved.state.manifest?.tagChangeSource == .history)
    }

    @Test func `the commit of a digest is its newest push's, first of the same reference`()
        async throws
    {
        let digest = SamplePush.digest(1)
        let reference = SamplePush(tag: "v1").reference
        #expect(try await store.journal().commit(of: digest, at: reference) == nil)
        _ = await push(digest, after: .history, tag: "v1", commit: "a1")
        _ = await push(digest, after: .history, tag: "v2", commit: "a2")
        _ = await push(digest, after: .history, tag: "v1", commit: nil)
        #expect(try await store.journal().commit(of: digest, at: reference) == "a1")
        let other = SamplePush(tag: "v3").reference
        #expect(try await store.journal().commit(of: digest, at: other) == "a2")
    }

    /// The image under the tag came with the push, and a kept record does not say who pushed it.
    @Test func `a prune keeps a kept record and the push of its image`()
        async throws
    {
        let digest = SamplePush.digest(1)
        let pushed = await push(digest, after: .registry(nil))
        let entry = await store.journal().begin(
            store.clock.newID(), SamplePush().started(store.clock.now()))
        let known = SamplePush().authenticated
        await entry.append([
            .authenticated(
                PushAuthenticated(
                    reference: known.reference, source: .registry(digest, .none),
                    engine: known.engine, context: PushContext())),
            .pushed(
                PushedManifest(
                    digest: digest, isVerified: true, tagChange: .unchanged,
                    tagChangeSource: .registry, previousDigest: digest, pushedAt: store.clock.now())
            ),
        ])
        let kept = await entry.finish(PushEnding(at: store.clock.now())).record
        await entry.close()
        let later = store.clock.now().adding(milliseconds: 60_000)
        _ = try await store.journal().prune(before: later, host: "laptop")
        var left: Set<PushID> = []
        try store.history().forEach(HistoryQuery()) { left.insert(try $0.record().id) }
        #expect(left == [pushed.id, kept.id])
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    /// A glob of a tag policy matches like a glob of `history`.
    @Test(arguments: [
        "*", "app", "app:*", "*:prod", "a?p:v1", "[a-c]pp:*", "[^a-c]pp:*", "*p:[vV]*", "*:v*.*",
        "[]x]*", "[a-]pp*", "**", "*/app:*", "[^]]*", "app:v[0-9]", "?", "", "a*p*o*",
    ])
    func `a policy's glob matches as SQLite's does`(_ glob: String) throws {
        let texts = [
            "app:v1", "app:prod", "alice/app:v1", "bpp:V1.2", "x:v1.2.3", "app", "-pp:1", "a", "",
            "]pp", "alice/app:prod.x",
        ]
        let sqlite = try DatabaseQueue()
        for text in texts {
            let expected = try sqlite.read {
                try Bool.fetchOne($0, sql: "SELECT ? GLOB ?", arguments: [text, glob])
            }
            #expect((GlobPattern(glob)?.matches(text) ?? (text == "")) == expected, "\(text)")
        }
    }
}
