import EnclaviaCore
import EnclaviaStore
import GRDB
import Testing

/// What each tag points at, and since which push.
struct TagStateTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func id(_ push: StoredPush?) throws -> PushID? { try push?.record().id }

    /// Compares each tag with the answer of `history at`.
    private func expectAgreement(line: Int = #line) throws {
        let history = store.history()
        let known = try history.knownReferences()
        let tags = try history.tags(of: nil, traced: .max, limit: nil)
        #expect(tags.count == known.count)
        for tag in tags {
            let reference = try #require(try tag.newest.record().reference)
            let selector = try ReferenceSelector(reference.description)
            let response = try AtOperation(history: history, now: store.clock.now())
                .run(selector, at: nil)
            switch response {
            case .push(.known(let push)): #expect(tag.pointsAt == push, "line \(line)")
            case .push(.none): #expect(tag.pointsAt == nil, "line \(line)")
            default: Issue.record("\(reference): \(response)")
            }
            #expect(try history.tags(of: selector, traced: .max, limit: nil) == [tag])
        }
    }

    @Test func `each reference points at the push that history at shows`() async throws {
        try await store.importText(Corpus(count: 200).export)
        try expectAgreement()
        await store.push(1)
        store.clock.set(ahead: TemporaryStore.day * 2)
        await store.push(2)
        store.clock.set(ahead: .zero)
        await store.push(3)
        try await store.importText(store.imported(4, at: .latest))
        try expectAgreement()
        await SamplePush(tag: "never", outcome: .failed).record(in: store.journal(), store.clock)
        await SamplePush(outcome: .failed).record(in: store.journal(), store.clock)
        try expectAgreement()
    }

    @Test func `a mistyped push leaves the tag where it was`() async throws {
        let live = await store.push(1)
        let failed = await SamplePush(outcome: .failed).record(in: store.journal(), store.clock)
        let tag = try #require(
            try store.history().tags(of: TemporaryStore.tag, traced: .max, limit: nil).first)
        #expect(try id(tag.newest) == failed.record.id)
        #expect(try id(tag.pointsAt) == live.id)
        #expect(try id(tag.since) == live.id)
    }

    @Test func `the since time of a tag is that of the push that moved it`()
        async throws
    {
        await store.push(1)
        let moved = await store.push(2)
        await store.push(2)
        let newest = await store.push(2)
        let tag = try #require(
            try store.history().tags(of: TemporaryStore.tag, traced: .max, limit: nil).first)
        #expect(try id(tag.pointsAt) == newest.id)
        #expect(try id(tag.since) == moved.id)
    }

    @Test func `the since time is looked up for the requested number of references`() async throws {
        await store.push(1)
        await SamplePush(tag: "v2").record(in: store.journal(), store.clock)
        let tags = try store.history().tags(of: nil, traced: 1, limit: nil)
        #expect(try tags.map { try id($0.since) } == [id(tags[0].pointsAt), nil])
        #expect(tags.allSatisfy { $0.pointsAt != nil })
    }

    @Test func `a limit reads the newest references only, in the order of an index`() async throws {
        try await store.importText(Corpus(count: 200).export)
        let history = store.history()
        let all = try history.tags(of: nil, traced: 3, limit: nil)
        #expect(try history.tags(of: nil, traced: 3, limit: 5) == Array(all.prefix(5)))
        #expect(try history.tagCount(of: nil) == all.count)
        let selector = try ReferenceSelector("api:v1")
        #expect(
            try history.tagCount(of: selector)
                == history.tags(of: selector, traced: 0, limit: nil).count)
        let plan = try history.planOfTags()
        #expect(plan.first == "SCAN reference USING COVERING INDEX reference_newest")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test func `the newest push of this machine is found behind imported ones`() async throws {
        let history = store.history()
        #expect(try history.newestOwn(of: nil, backend: nil) == nil)
        try await store.importText(Corpus(count: 200).export)
        #expect(try history.newestOwn(of: nil, backend: nil) == nil)
        let own = await SamplePush(tag: "own").record(in: store.journal(), store.clock).record
        try await store.importText(store.imported(2, at: .latest))
        #expect(try id(history.newestOwn(of: nil, backend: nil)) == own.id)
        #expect(try id(history.newestOwn(of: nil, backend: own.backend)) == own.id)
        #expect(try history.newestOwn(of: nil, backend: "https://other.example") == nil)
        #expect(try history.newestOwn(of: TemporaryStore.tag, backend: nil) == nil)
    }

    @Test func `the newest push of this machine is found if its only event is a reconciliation`()
        async throws
    {
        let own = await SamplePush(tag: "own").record(in: store.journal(), store.clock).record
        try await store.importText(Corpus(count: 20).export)
        let connection = try store.connect()
        // As after a push during which the history was deleted.
        try await connection.write { db in
            try db.execute(
                sql: "UPDATE event SET data = replace(data, ?, ?)",
                arguments: [
                    EventType.pushStarted.rawValue, EventType.historyReconciled.rawValue,
                ])
        }
        try connection.close()
        let history = store.history()
        #expect(try id(history.newestOwn(of: nil, backend: nil)) == own.id)
    }

    @Test func `the story of a push has the push before, the one that moved the tag and the next`()
        async throws
    {
        let first = await store.push(1)
        let again = await store.push(1)
        let moved = await store.push(2)
        let kept = await store.push(2)
        let next = await store.push(3)
        await store.push(1)
        let history = store.history()
        for push in [moved, kept] {
            let timeline = try #require(try history.timeline(of: push))
            #expect(try id(timeline.since) == moved.id)
            #expect(try id(timeline.before) == again.id)
            #expect(try id(timeline.beforeSince) == first.id)
            #expect(try id(timeline.next) == next.id)
        }
        let start = try #require(try history.timeline(of: first))
        #expect(try id(start.since) == first.id)
        #expect(try start.before == nil && id(start.next) == moved.id)
        let failed = await SamplePush(outcome: .failed).record(in: store.journal(), store.clock)
        #expect(try history.timeline(of: failed.record) == nil)
    }

    @Test func `a story includes this machine's pushes and imported ones`()
        async throws
    {
        let first = await store.push(1)
        let start = try #require(first.state.manifest?.pushedAt)
        try await store.importText(store.imported(2, at: start.adding(milliseconds: 100)))
        let last = await store.push(3)
        let history = store.history()
        let timeline = try #require(try history.timeline(of: last))
        #expect(try timeline.before?.record().context.host == "elsewhere")
        let tag = try #require(try history.timeline(of: first))
        #expect(try tag.next?.record().context.host == "elsewhere")
    }

    @Test(arguments: [("laptop", nil), ("elsewhere", nil), ("laptop", "ci")])
    func `a history with imports, other hosts or CI has several writers`(
        _ host: String, _ actor: String?
    ) async throws {
        #expect(try !store.history().hasSeveralWriters())
        var push = await store.push(1)
        #expect(try !store.history().hasSeveralWriters())
        push.context.host = host
        push.context.ciActor = actor
        let other = try TemporaryStore()
        await other.push(1)
        try await other.importText(JSONText.encode(PushJSON(push)) + "\n")
        #expect(try other.history().hasSeveralWriters())
    }
}
