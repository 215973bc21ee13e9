import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct EventFeedTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func all(_ query: EventQuery, limit: Int) throws -> [String] {
        let feed = store.history()
        var lines: [String] = []
        var sequence: Int64 = 0
        while true {
            let page = try feed.page(query, after: sequence, limit: limit)
            lines += page.lines
            sequence = page.through
            guard page.isCut else { return lines }
        }
    }

    @Test(arguments: [1, 3, 1000])
    func `pages contain each event once, regardless of their size`(limit: Int) async throws {
        for number in 0..<3 {
            await SamplePush(tag: "v\(number)").record(in: store.journal(), store.clock)
        }
        let stored = try store.lines(store.paths.eventLog.string)
        #expect(try all(EventQuery(), limit: limit) == stored)

        let types: Set<EventType> = [.pushFinished, .pushStarted]
        let some = try stored.filter {
            types.contains(try JSONText.decode(CloudEvent.self, from: $0).event.type)
        }
        #expect(try all(EventQuery(types: types), limit: limit) == some)

        let since = try JSONText.decode(CloudEvent.self, from: stored[9]).event.time
        let later = try stored.filter {
            try JSONText.decode(CloudEvent.self, from: $0).event.time >= since
        }
        #expect(try all(EventQuery(since: since), limit: limit) == later)
        #expect(try all(EventQuery(types: types, since: since), limit: limit).count == 3)
    }

    @Test func `a query after an event reads greater sequence numbers only`() async throws {
        for number in 0..<3 {
            await SamplePush(tag: "v\(number)").record(in: store.journal(), store.clock)
        }
        let stored = try store.lines(store.paths.eventLog.string)
        for limit in [1, 3, 1000] {
            #expect(try all(EventQuery(after: 5), limit: limit) == Array(stored.dropFirst(5)))
            #expect(try all(EventQuery(after: 21), limit: limit).isEmpty)
            #expect(try all(EventQuery(after: .max), limit: limit).isEmpty)
        }
        let since = try JSONText.decode(CloudEvent.self, from: stored[9]).event.time
        #expect(
            try all(EventQuery(since: since, after: 12), limit: 4) == Array(stored.dropFirst(12)))
        #expect(
            try all(EventQuery(since: since, after: 2), limit: 4).count
                == all(EventQuery(since: since), limit: 4).count)
        #expect(try all(EventQuery(types: [.pushFinished], after: 7), limit: 1).count == 2)
    }

    @Test func `pruned events are skipped`() async throws {
        for number in 0..<3 {
            await SamplePush(digest: SamplePush.digest(number))
                .record(in: store.journal(), store.clock)
        }
        _ = try await store.journal().prune(before: store.clock.now(), host: nil)
        let feed = store.history()
        let page = try feed.page(EventQuery(after: 3), after: 0, limit: 100)
        // The newest push of the tag, and the prune.
        #expect(page.lines.count == 8)
        #expect(page.through == 22)
    }

    @Test(arguments: [
        (9, 0, nil), (9, 0, 1_785_000_000_000), (9, 12, 1_785_000_000_000), (0, 12, nil),
    ])
    func `the events after another are found by the primary key`(
        after: Int64, sequence: Int64, since: Int64?
    ) async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let query = EventQuery(since: since.map { Timestamp(milliseconds: $0) }, after: after)
        let plan = try store.history().plan(query, after: sequence)
        #expect(plan == ["SEARCH event USING INTEGER PRIMARY KEY (rowid>?)"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `following after an event of the future waits for greater numbers`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        var seen: [String] = []
        var rounds = 0
        let journal = store.journal()
        let operation = EventsOperation(store.history())
        let query = EventQuery(after: 16)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (store, caughtUp) = (store, AsyncStream.makeStream(of: Void.self))
            group.addTask {
                for await _ in caughtUp.stream {
                    await SamplePush().record(in: journal, store.clock)
                }
            }
            try await operation.follow(
                query, while: { seen.count < 5 },
                caughtUp: {
                    rounds += 1
                    if rounds <= 2 { caughtUp.continuation.yield() }
                }
            ) { seen.append($0) }
            caughtUp.continuation.finish()
        }
        #expect(seen == Array(try store.lines(store.paths.eventLog.string).dropFirst(16)))
    }

    @Test
    func `the version changes when somebody writes`() async throws {
        let feed = store.history()
        #expect(try feed.version() == FeedVersion(chain: nil, opening: 0, change: 0))
        await SamplePush().record(in: store.journal(), store.clock)
        let before = try feed.version()
        #expect(before.chain != nil)
        #expect(try feed.version() == before)
        await SamplePush().record(in: store.journal(), store.clock)
        #expect(try feed.version() != before)
    }

    @Test(.timeLimit(.minutes(1)))
    func `following continues with a history that replaces the followed one`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let other = try TemporaryStore()
        await SamplePush().record(in: other.journal(), other.clock)
        await SamplePush().record(in: other.journal(), other.clock)
        try store.checkpoint()
        try other.checkpoint()
        let wanted =
            try store.lines(store.paths.eventLog.string)
            + other.lines(other.paths.eventLog.string)
        var seen: [String] = []
        var replacements = 0
        let feed = store.history()
        try await EventsOperation(feed).follow(
            EventQuery(), while: { seen.count < wanted.count },
            caughtUp: {
                guard seen.count == 7 else { return }
                let path = store.paths.database.string
                try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
                try FileManager.default.copyItem(
                    atPath: other.paths.database.string, toPath: path)
            }, replaced: { replacements += 1 }
        ) { seen.append($0) }
        #expect(seen == wanted)
        #expect(replacements == 1)
    }

    @Test
    func `following begins after the newest event`() async throws {
        #expect(try store.history().newest() == 0)
        await SamplePush().record(in: store.journal(), store.clock)
        #expect(try store.history().newest() == 7)
        await SamplePush().record(in: store.journal(), store.clock)
        let page = try store.history().page(EventQuery(), after: 7, limit: 100)
        #expect(page.lines.count == 7)
    }

    @Test
    func `a missing history has no events`() throws {
        let page = try store.history().page(EventQuery(), after: 0, limit: 10)
        #expect(page == EventPage(lines: [], through: 0, isCut: false))
    }
}
