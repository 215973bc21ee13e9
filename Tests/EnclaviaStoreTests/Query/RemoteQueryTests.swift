import EnclaviaCore
import EnclaviaFleet
import EnclaviaStore
import Foundation
import TestSupport
import Testing

/// The pushes of a shared history on a real server, against those of the store that was sent there.
struct RemoteQueryTests {
    /// A store whose history a server has.
    private struct Sent {
        let store: TemporaryStore
        let remote: PsqlHistory

        init(_ export: String) async throws {
            store = try TemporaryStore()
            try await store.importText(export)
            let url = try await Cluster.shared.value.database().socketURL()
            let run = try await Run.program(
                Build.product("enclavia"), ["history", "sync", url],
                environment: [
                    "ENCLAVIA_STATE_DIR": store.paths.stateDirectory.string,
                    "ENCLAVIA_EVENT_LOG": "off",
                ])
            try #require(run.status == 0, "\(run.err)")
            remote = PsqlHistory(
                try HistoryRemote(url), environment: ProcessInfo.processInfo.environment, home: nil,
                limit: .seconds(60))
        }

        func pushes() throws -> RemotePushes {
            RemotePushes(
                remote,
                try TemporaryHistory(directory: "/var/tmp", chain: ChainID(store.clock.newID()))
            ) { Issue.record("\($0) cannot be read") }
        }

        /// Checks that both give the same records in the same order.
        func expectSame(_ query: HistoryQuery) async throws {
            var (own, read, collected): ([String], [String], [String]) = ([], [], [])
            try store.history().forEach(query) { own.append($0.json) }
            try await pushes().forEach(query) { read.append($0.json) }
            try await pushes().history(of: [.query(query)]).forEach(query) {
                collected.append($0.json)
            }
            for found in [read, collected] {
                let isSame = own == found
                let first = zip(own, found).first { $0 != $1 }
                #expect(
                    isSame, "\(query): \(own.count), \(found.count), \(String(describing: first))")
            }
        }
    }

    @Test func `every filter finds the same pushes on the server as in the store`() async throws {
        let sent = try await Sent(Corpus(count: 1_500, seed: 31).export)
        try await sent.expectSame(HistoryQuery())
        var generator = SeededRandom(seed: 32)
        for _ in 0..<StoreRounds.number(40, soak: 1_500) {
            try await sent.expectSame(FilterTests.query(&generator))
        }
    }

    /// Globs that `LIKE` takes for others, and names that compare otherwise in a locale.
    @Test(arguments: [
        "[a-w]*", "[^a]*", "*[!x]*", "*[]w]eb*", "[", "a[", "*[a-", "w?b", "?eb*", "*:v_", "%",
        "*\\*",
        "alice/*:v[12]", "registry.example/*/w*", "*/*", "**", "?*?", "W*", "*[A-Z]*", "db.prox[y]",
    ])
    func `a glob matches on the server what it matches in the store`(_ glob: String) async throws {
        let sent = try await Self.named.value
        var query = HistoryQuery()
        query.globs = [glob]
        try await sent.expectSame(query)
        query.limit = 3
        query.isReversed = true
        try await sent.expectSame(query)
    }

    private static let named = Task { try await Sent(Corpus(count: 200, seed: 34).export) }

    @Test func `texts compare by their bytes, as in the store`() async throws {
        let texts = [
            "Zürich", "Zu\u{308}rich", "zürich", "a%b", "a_b", "a\\b", "a'b", "\u{10FFFF}", " ",
            "\\! touch owned", "'; DROP TABLE enclavia.push; --", ":'HOME'", "$$", "\n\\.\n",
        ]
        let records = Corpus(count: texts.count, seed: 35).records
        let export = try zip(records, texts).map { record, text in
            var record = record
            record.context = PushContext(host: text, user: text)
            record.image = LocalImage(id: record.image?.id ?? "", revision: text, source: nil)
            // A label is one line of text.
            if text.unicodeScalars.allSatisfy({
                $0.properties.isWhitespace == false && $0 != "\u{10FFFF}"
            }) {
                record.labels = ["k": text]
            }
            return try JSONText.encode(PushJSON(record)) + "\n"
        }
        let sent = try await Sent(export.joined())
        for text in texts {
            var (host, user, commit, value, key) = (
                HistoryQuery(), HistoryQuery(), HistoryQuery(), HistoryQuery(), HistoryQuery()
            )
            host.hosts = [text]
            user.users = [text]
            commit.commitPrefixes = [String(text.prefix(1)), text]
            value.labels = [LabelFilter(key: "k", value: text)]
            key.labels = [LabelFilter(key: text, value: nil)]
            for query in [host, user, commit, value, key] { try await sent.expectSame(query) }
        }
    }

    @Test func `statistics count on the server what they count in the store`() async throws {
        let sent = try await Sent(Corpus(count: 800, seed: 36).export)
        var generator = SeededRandom(seed: 37)
        // In minutes; one changes by an hour between the pushes.
        for offset in [0, 345, -210] as [Int64] {
            let change = Timestamp(milliseconds: 1_780_000_000_000 + 20 * 3_600_000)
            let zone = LocalZone { ($0 < change ? offset : offset + (offset < 0 ? 60 : 0)) * 60 }
            for grouping in [RemoteGrouping.quarter, .quarterAndRepository, .user] {
                for round in 0..<3 {
                    var query = round == 0 ? HistoryQuery() : FilterTests.query(&generator)
                    (query.limit, query.globs, query.outcomes) = (nil, [], [])
                    let counted = try await sent.pushes().statistics(of: query, by: grouping)
                    try expectSame(counted, sent.store.history(), query, grouping, zone)
                }
            }
        }
    }

    private func expectSame(
        _ there: any PushCounting, _ here: any PushCounting, _ query: HistoryQuery,
        _ grouping: RemoteGrouping, _ zone: LocalZone
    ) throws {
        if grouping == .user {
            let users = try Set(here.countByUser(query))
            #expect(try Set(there.countByUser(query)) == users)
            #expect(!users.isEmpty || !query.users.isEmpty || query != HistoryQuery())
            return
        }
        func rows(_ counting: any PushCounting) throws -> [String] {
            var rows: [String] = []
            try counting.forEachDay(
                query, isByRepository: grouping == .quarterAndRepository,
                day: { zone.civilTime(at: $0).date.description },
                [
                    {
                        rows.append(
                            "\($0.day) \($0.owner ?? "-")/\($0.repository ?? "-") \($0.counts)")
                    }
                ])
            return rows
        }
        #expect(try rows(there) == rows(here), "\(query)")
    }

    @Test func `a reference points at the same on the server, at each moment`() async throws {
        let corpus = Corpus(count: 600, seed: 38)
        let sent = try await Sent(corpus.export)
        let history = sent.store.history()
        let now = Timestamp(milliseconds: 1_780_000_000_000 + 50 * 3_600_000)
        for tag in Corpus.tags {
            for owner in [nil] + Corpus.owners.map(Optional.some) {
                let selector = ReferenceSelector(
                    registry: nil, owner: owner, repository: "web", tag: tag)
                let there = try await sent.pushes().history(of: [.tag(selector)])
                for hours in [nil, 0, 7, 20, 41] as [Int64?] {
                    let moment = hours.map {
                        Timestamp(milliseconds: 1_780_000_000_000 + $0 * 3_600_000)
                    }
                    let own = try AtOperation(history: history, now: now).run(selector, at: moment)
                    let read = try AtOperation(history: there, now: now).run(selector, at: moment)
                    #expect(
                        "\(own)".contains("known") || moment?.milliseconds ?? 0 > 0 || owner == nil)
                    #expect(
                        Self.text(own) == Self.text(read),
                        "\(selector) \(String(describing: moment))")
                }
            }
        }
    }

    /// What an answer says, without the path of its store.
    private static func text(_ answer: AtOperation.Answer) -> String {
        switch answer {
        case .push(.known(let push)): push.json
        case .push(.none): "none"
        case .push(.pruned(let moment)): "pruned \(moment)"
        case .ambiguous(let names): "ambiguous \(names.sorted())"
        }
    }
}
