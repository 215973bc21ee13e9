import EnclaviaCore
import EnclaviaStore
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
    func `pages hold each event once, whatever their size`(limit: Int) async throws {
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
        #expect(try feed.version() == 0)
        await SamplePush().record(in: store.journal(), store.clock)
        let before = try feed.version()
        #expect(before != 0)
        #expect(try feed.version() == before)
        await SamplePush().record(in: store.journal(), store.clock)
        #expect(try feed.version() != before)
    }

    @Test
    func `a history that is not there has no events`() throws {
        let page = try store.history().page(EventQuery(), after: 0, limit: 10)
        #expect(page == EventPage(lines: [], through: 0, isCut: false))
    }
}
