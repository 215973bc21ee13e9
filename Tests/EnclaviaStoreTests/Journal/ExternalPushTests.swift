import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Pushes that another tool has made, as the journal records them.
struct ExternalPushTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func begin(_ number: Int, in journal: StoreJournal) async -> any PushEntry {
        let digest = SamplePush.digest(number)
        let started = PushStarted(
            destination: "myapp:v1", backend: "https://api.example",
            localImage: digest.description, labels: [:], startedAt: store.clock.now(),
            host: "runner", user: "alice", cliVersion: "1.0.0")
        let known = PushAuthenticated(
            reference: SamplePush().reference,
            source: .registry(digest, ImageLabels(revision: "abc", source: nil)),
            engine: EngineVersion(name: "ko", version: nil),
            context: PushContext(host: "runner", user: "alice"))
        let manifest = PushedManifest(
            digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json",
            isVerified: true, sizeBytes: 7, pushedAt: store.clock.now())
        return await journal.record(store.clock.newID(), started, known, manifest)
    }

    @discardableResult
    private func record(
        _ number: Int, in journal: StoreJournal? = nil
    ) async -> PushReceipt {
        let entry = await begin(number, in: journal ?? store.journal())
        let receipt = await entry.finish(PushEnding(at: store.clock.now()))
        await entry.close()
        return receipt
    }

    @Test func `the change of the tag comes from the history, and is unknown without one`()
        async throws
    {
        for number in [1, 1, 2] { await record(number) }
        let rows = try store.query {
            try Row.fetchAll(
                $0,
                sql: """
                    SELECT tag_change, tag_change_source, previous_digest, engine_name, engine_version,
                        local_image, digest, image_revision FROM push_v1 ORDER BY id
                    """)
        }
        #expect(rows.map { $0["tag_change"] as String? } == [nil, "unchanged", "moved"])
        #expect(rows.map { $0["tag_change_source"] as String? } == [nil, "history", "history"])
        let first = SamplePush.digest(1).description
        #expect(rows.map { $0["previous_digest"] as String? } == [nil, first, first])
        for row in rows {
            #expect(row["engine_name"] == "ko" && row["engine_version"] as String? == nil)
            #expect(row["local_image"] as String? == row["digest"] as String?)
            #expect(row["image_revision"] == "abc")
        }
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `a locked store is waited for once, and not for each push`() async throws {
        await record(1)
        let journal = store.journal(busySeconds: 1)
        let other = try TemporaryStore.holder(store.paths.database.string)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let first = await record(2, in: journal)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        let second = await record(3, in: journal)
        for receipt in [first, second] {
            guard case .spool = receipt.location else {
                Issue.record("\(receipt.location)")
                continue
            }
        }
        _ = try await store.journal().recover()
        #expect(try store.query { try Int.fetchOne($0, sql: "SELECT count(*) FROM push") } == 3)
    }

    @Test func `a push of this program and one of another tool follow each other`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let external = await record(1)
        #expect(external.record.state.manifest?.tagChange == .unchanged)
        var sample = SamplePush()
        sample.digest = SamplePush.digest(2)
        let own = await sample.record(in: store.journal(), store.clock)
        #expect(own.record.state.manifest?.previousDigest == SamplePush.digest(1))
        #expect(own.record.state.manifest?.tagChange == .moved)
    }

    @Test func `a crash after the first write leaves a push that has succeeded`() async throws {
        let entry = await begin(1, in: store.journal())
        let row = try store.query {
            try Row.fetchOne(
                $0, sql: "SELECT outcome, notify_outcome, digest_verified, revision FROM push_v1")
        }
        #expect(row?["outcome"] == "succeeded" && row?["notify_outcome"] == "pending")
        #expect(row?["digest_verified"] == 1 && row?["revision"] == 3)
        let types = try store.query {
            try String.fetchAll($0, sql: "SELECT data ->> 'type' FROM event ORDER BY seq")
        }
        #expect(types == ["started", "authenticated", "pushed"].map { "io.enclavia.push.\($0)" })
        await entry.close()
    }

    @Test func `a push is spooled where the store is damaged, and recovered later`() async throws {
        await record(1)
        try store.checkpoint()
        let database = URL(filePath: store.paths.database.string)
        let sound = try Data(contentsOf: database)
        try Data("this is no database, and longer than a header of a hundred bytes is".utf8)
            .write(to: database)
        let spooled = await record(2)
        guard case .spool = spooled.location else {
            Issue.record("\(spooled.location)")
            return
        }
        let keeping = await SamplePush(tag: "kept").beginKept(
            SamplePush.digest(2), labels: ImageLabels(revision: "abc", source: nil),
            in: store.journal(), store.clock)
        await keeping.finish(PushEnding(at: store.clock.now()))
        await keeping.close()
        #expect(spooled.record.state.outcome == .succeeded)
        #expect(spooled.record.state.manifest?.tagChange == nil)
        try sound.write(to: database)
        await record(3)
        let digests = try store.query {
            try String.fetchAll($0, sql: "SELECT digest FROM push_v1 ORDER BY id")
        }
        #expect(digests == [1, 2, 2, 3].map { SamplePush.digest($0).description })
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `an export of it is imported elsewhere as it is`() async throws {
        let receipt = await record(1)
        let text = try JSONText.encode(PushJSON(receipt.record))
        let other = try TemporaryStore()
        try await other.importText(text)
        let engine = try other.query {
            try Row.fetchOne($0, sql: "SELECT engine_name, engine_version FROM push_v1")
        }
        #expect(engine?["engine_name"] == "ko" && engine?["engine_version"] as String? == nil)
    }

    @Test func `a prune keeps it as the newest push that brought an image`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        await record(2)
        let digest = SamplePush.digest(2)
        let kept = await SamplePush().beginKept(digest, in: store.journal(), store.clock)
        await kept.finish(PushEnding(at: store.clock.now()))
        await kept.close()
        let later = store.clock.now().adding(milliseconds: 1)
        let pruned = try await store.journal().prune(before: later, host: nil)
        #expect(pruned.pushes == 1)
        let left = try store.query {
            try String.fetchAll($0, sql: "SELECT engine_name FROM push_v1 ORDER BY id")
        }
        #expect(left == ["ko", "docker"])
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `a prune takes no imported push that kept its image for one that brought it`()
        async throws
    {
        let source = try TemporaryStore()
        let brought = await SamplePush().record(in: source.journal(), source.clock)
        let entry = await SamplePush().beginKept(
            SamplePush.digest(1), in: source.journal(), source.clock)
        var kept = PushJSON(await entry.finish(PushEnding(at: source.clock.now())).record)
        await entry.close()
        kept.engine = EngineJSON()
        for record in [PushJSON(brought.record), kept] {
            try await store.importText(try JSONText.encode(record))
        }
        _ = try await store.journal().prune(
            before: source.clock.now().adding(milliseconds: 1), host: nil)
        let left = try store.query {
            try String.fetchAll($0, sql: "SELECT id FROM push_v1 ORDER BY id")
        }
        #expect(left == [brought.record.id.text, kept.id.text])
    }

    /// An engine always has a version.
    @Test func `a record without the engine's version is refused unless another tool pushed it`()
        async throws
    {
        var json = PushJSON(await SamplePush().record(in: store.journal(), store.clock).record)
        json.engine.version = nil
        let text = try JSONText.encode(json)
        await #expect(
            throws: ImportError.malformed(line: 1, field: "engine", detail: "not a valid value")
        ) {
            try await TemporaryStore().importText(text)
        }
    }
}

extension SamplePush {
    /// Begins a push that keeps what the tag holds.
    fileprivate func beginKept(
        _ digest: Digest, labels: ImageLabels = .none, in journal: StoreJournal,
        _ clock: TestSystem
    ) async -> any PushEntry {
        let entry = await journal.begin(clock.newID(), started(clock.now()))
        await entry.append([
            .authenticated(
                PushAuthenticated(
                    reference: reference, source: .registry(digest, labels),
                    engine: authenticated.engine, context: authenticated.context)),
            .pushed(
                PushedManifest(
                    digest: digest, isVerified: true, tagChange: .unchanged,
                    tagChangeSource: .registry, previousDigest: digest, pushedAt: clock.now())),
        ])
        return entry
    }
}
