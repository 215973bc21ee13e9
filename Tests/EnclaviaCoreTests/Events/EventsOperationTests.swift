import EnclaviaCore
import Synchronization
import Testing

/// A feed that grows while it is followed.
private final class GrowingFeed: EventFeed {
    private let lines = Mutex<[String]>([])

    init(_ lines: [String]) { self.lines.withLock { $0 = lines } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    func page(
        _ query: EventQuery, after sequence: Int64, limit: Int
    ) throws(StoreError) -> EventPage {
        let rest = lines.withLock { Array($0.dropFirst(Int(sequence))) }
        let page = Array(rest.prefix(limit))
        return EventPage(
            lines: page, through: sequence + Int64(page.count), isCut: rest.count > limit)
    }

    func newest() throws(StoreError) -> Int64 { Int64(lines.withLock { $0.count }) }

    func version() throws(StoreError) -> FeedVersion {
        FeedVersion(chain: nil, opening: 1, change: Int64(lines.withLock { $0.count }))
    }
}

@Suite struct EventsOperationTests {
    @Test func `all pages are handed out in order`() throws {
        let wanted = (0..<(2 * EventsOperation.pageLimit + 3)).map(String.init)
        var seen: [String] = []
        let last = try EventsOperation(GrowingFeed(wanted)).list(EventQuery()) { seen.append($0) }
        #expect(seen == wanted)
        #expect(last == Int64(wanted.count))
    }

    @Test(.timeLimit(.minutes(1)))
    func `following prints later events, and none twice`() async throws {
        let feed = GrowingFeed(["a", "b"])
        var seen: [String] = []
        try await EventsOperation(feed).follow(EventQuery(), while: { seen.count < 4 }) { line in
            seen.append(line)
            if line == "b" { feed.add("c") }
            if line == "c" { feed.add("d") }
        }
        #expect(seen == ["a", "b", "c", "d"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `following from the end prints only later events`() async throws {
        let feed = GrowingFeed(["a", "b"])
        var seen: [String] = []
        var turns = 0
        try await EventsOperation(feed).follow(
            EventQuery(), from: .end,
            while: {
                turns += 1
                // By the second call the feed was read once.
                if turns == 2 { feed.add("c") }
                return seen.count < 2
            }
        ) { line in
            seen.append(line)
            if line == "c" { feed.add("d") }
        }
        #expect(seen == ["c", "d"])
    }

    @Test(arguments: EventType.allCases)
    func `an event type is found by its full name or its last part`(type: EventType) {
        #expect(EventType(name: type.rawValue) == type)
        #expect(EventType(name: type.tail) == type)
    }

    @Test(arguments: ["", "finished", "push", "io.enclavia.", "push.finished ", "PUSH.FINISHED"])
    func `any other name is not an event type`(name: String) {
        #expect(EventType(name: name) == nil)
    }
}
