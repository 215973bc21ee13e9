import EnclaviaCommands
import EnclaviaCore
import Foundation
import Synchronization
import Testing

/// The output of `events`.
struct EventsCommandTests {
    /// A feed whose second page cannot be read.
    private struct DamagedFeed: EventFeed {
        let lines: [String]

        func page(
            _ query: EventQuery, after sequence: Int64, limit: Int
        ) throws(StoreError) -> EventPage {
            guard sequence == 0 else { throw .corrupt(path: "/h", detail: "torn") }
            return EventPage(lines: lines, through: Int64(lines.count), isCut: true)
        }

        func newest() throws(StoreError) -> Int64 { Int64(lines.count) }

        func version() throws(StoreError) -> FeedVersion {
            FeedVersion(chain: nil, opening: 1, change: 1)
        }
    }

    private let hostile = Sample.push(1) { push in
        push.context.user = "\u{1B}[2J\u{9B}31m\u{202E}evil\u{2066}\u{85}"
    }

    @Test func `on a terminal an event's control characters are escaped, and the JSON is equal`()
        async throws
    {
        let store = try RealStore()
        try await store.take([hostile])
        let piped = await store("events")
        #expect(piped.out.unicodeScalars.contains("\u{9B}"))
        var line = store.commandLine
        line.out = CommandLineRun.terminal(80)
        let shown = await line("events")
        #expect(
            !shown.out.unicodeScalars.contains { $0 != "\n" && TerminalText.isUnsafe($0) },
            "\(shown.out.debugDescription)")
        let values = try [piped, shown].map {
            try JSONSerialization.jsonObject(with: Data($0.out.utf8)) as? NSDictionary
        }
        #expect(values[0] != nil && values[0] == values[1])
    }

    @Test func `events are written in batches, to a pipe and to a terminal`() async throws {
        let store = try RealStore()
        try await store.take((0..<700).map { Sample.push($0) })
        for out in [store.commandLine.out, CommandLineRun.terminal(80)] {
            var line = store.commandLine
            line.out = out
            let events = await line("events")
            #expect(events.lines.count == 700)
            #expect(events.writes > 1)
            #expect(events.writes <= events.out.utf8.count / 65_536 + 1)
        }
    }

    @Test(arguments: [[], ["--json"]])
    func `the events before a damaged one are printed before the error`(_ words: [String])
        async throws
    {
        let feed = DamagedFeed(lines: ["{\"a\":1}", "{\"a\":2}"])
        let line = CommandLineRun(adapters: TestAdapters(givenEvents: feed))
        for verb in [["events"], ["events", "--follow", "--since", "1h"]] {
            let events = await line.run(verb + words)
            #expect(events.status == .data)
            #expect(events.out == "{\"a\":1}\n{\"a\":2}\n")
            #expect(events.err.hasPrefix("error: the history at /h is damaged"))
        }
    }

    /// A feed that grows by one event each time it is read, and ends with an error.
    private final class EndingFeed: EventFeed {
        private let looks = Mutex(0)

        func page(
            _ query: EventQuery, after sequence: Int64, limit: Int
        ) throws(StoreError) -> EventPage {
            guard sequence < 5 else { throw .corrupt(path: "/h", detail: "torn") }
            let last = max(sequence, 2) + 1
            return EventPage(
                lines: (sequence..<last).map { "{\"seq\":\($0 + 1)}" }, through: last, isCut: false)
        }

        func newest() throws(StoreError) -> Int64 { 2 }

        func version() throws(StoreError) -> FeedVersion {
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            return FeedVersion(chain: nil, opening: 1, change: Int64(look))
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (["--follow"], [3, 4, 5]), (["--follow", "--since", "1h"], [1, 2, 3, 4, 5]),
            (["-f", "--type", "push.pushed"], [3, 4, 5]), (["-f", "--after", "1"], [2, 3, 4, 5]),
            (["-f", "--after", "0"], [1, 2, 3, 4, 5]),
        ])
    func `--follow prints new events, and with --since or --after earlier ones too`(
        words: [String], sequences: [Int]
    ) async throws {
        let line = CommandLineRun(adapters: TestAdapters(givenEvents: EndingFeed()))
        let events = await line.run(["events"] + words)
        #expect(events.out == sequences.map { "{\"seq\":\($0)}\n" }.joined())
        #expect(events.status == .data)
    }

    @Test func `--after continues after an event, and warns if the history ends before it`()
        async throws
    {
        let store = try RealStore()
        try await store.take((0..<4).map { Sample.push($0) })
        let all = await store("events").lines
        #expect(await store("events", "--after", "2").lines == Array(all.dropFirst(2)))
        #expect(
            await store("events", "--after", "0000000000000000003").lines == Array(all.dropFirst(3))
        )
        #expect(await store("events", "--after", "0").lines == all)
        let last = await store("events", "--after", "4")
        #expect(last.out.isEmpty && last.err.isEmpty && last.status == .done)
        let beyond = await store("events", "--after", "9")
        #expect(beyond.out.isEmpty && beyond.status == .done)
        #expect(
            beyond.err
                == "warning: this history ends with event 4, but --after is 9: it is another history,"
                + " or an older copy\n")
        let none = try await RealStore()("events", "--after", "1")
        #expect(none.err.hasPrefix("warning: this history has no events, but --after is 1:"))
    }

    @Test(arguments: ["-1", "+1", "1.0", "x", "0x10", "99999999999999999999", "٣", " 1"])
    func `--after with anything but a sequence number is an error`(text: String) async throws {
        let events = try await RealStore()("events", "--after=\(text)", "--json")
        #expect(events.status == .usage)
        #expect(
            (try events.object()["error"] as? String)?.contains("is not a sequence number") == true)
    }
}
