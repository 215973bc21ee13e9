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
