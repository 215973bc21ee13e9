import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct FilterTests {
    @Test
    func `every filter finds the same pushes as a plain computation`() async throws {
        let store = try TemporaryStore()
        let corpus = Corpus(count: 600)
        try await store.importText(corpus.export)
        let history = store.history()
        var generator = SeededRandom(seed: 99)
        for _ in 0..<800 {
            let query = Self.query(&generator)
            var found: [PushID] = []
            try history.forEach(query) { found.append(try $0.record().id) }
            #expect(found == Self.plain(query, corpus.records), "\(query)")
        }
    }

    private static let properties: [String: @Sendable (inout HistoryQuery) -> Void] = [
        "globs": { $0.globs = ["w*"] },
        "repositories": { $0.repositories = [RepositoryFilter(owner: nil, repository: "web")] },
        "tags": { $0.tags = ["v1"] },
        "digestPrefixes": { $0.digestPrefixes = [DigestPrefix("3")].compactMap { $0 } },
        "since": { $0.since = Timestamp(milliseconds: 1_780_040_000_000) },
        "until": { $0.until = Timestamp(milliseconds: 1_780_040_000_000) },
        "outcomes": { $0.outcomes = [.failed] },
        "notifyOutcomes": { $0.notifyOutcomes = [.pending] },
        "commitPrefixes": { $0.commitPrefixes = ["3"] },
        "hosts": { $0.hosts = ["laptop"] },
        "users": { $0.users = ["carol"] },
        "labels": { $0.labels = [LabelFilter(key: "team", value: "red")] },
        "movesOnly": { $0.movesOnly = true },
        "limit": { $0.limit = 3 },
        "isReversed": { $0.isReversed = true },
    ]

    @Test
    func `every property of a query changes its SQL`() async throws {
        let store = try TemporaryStore()
        try await store.importText(Corpus(count: 100).export)
        let history = store.history()
        func found(_ query: HistoryQuery) throws -> [PushID] {
            var found: [PushID] = []
            try history.forEach(query) { found.append(try $0.record().id) }
            return found
        }
        let names = Mirror(reflecting: HistoryQuery()).children.compactMap(\.label)
        #expect(Set(names) == Set(Self.properties.keys), "each property of a query is tested here")
        let all = try found(HistoryQuery())
        for (name, set) in Self.properties {
            var query = HistoryQuery()
            set(&query)
            let some = try found(query)
            #expect(!some.isEmpty && some != all, "\(name) changes nothing")
        }
    }

    @Test(arguments: [
        ("digest", "push_digest"), ("commit", "push_commit"), ("label", "push_label"),
        ("repository", "push_repository"), ("tag", "push_tag"), ("user", "push_user"),
        ("host", "push_host"), ("notify", "push_notify"), ("outcome", "push_outcome"),
        ("moves", "push_move"), ("since", "push_started"), ("glob", "push_repository"),
        ("tag and user", "push_tag"), ("all", "push_digest"),
    ])
    func `no filter reads the whole table`(filter: String, index: String) async throws {
        let store = try TemporaryStore()
        try await store.importText(Corpus(count: 50).export)
        var query = HistoryQuery()
        switch filter {
        case "digest": query.digestPrefixes = [try #require(DigestPrefix("3f"))]
        case "commit": query.commitPrefixes = ["3f"]
        case "label": query.labels = [LabelFilter(key: "team", value: "red")]
        case "repository":
            query.repositories = [RepositoryFilter(owner: nil, repository: "api")]
            query.outcomes = [.failed]
        case "tag": query.tags = ["v1"]
        case "user": query.users = ["ci"]
        case "host": query.hosts = ["laptop"]
        case "notify": query.notifyOutcomes = [.pending]
        case "outcome": query.outcomes = [.failed]
        case "moves": query.movesOnly = true
        case "glob": query.globs = ["db.proxy:*"]
        case "tag and user":
            query.tags = ["v1"]
            query.users = ["ci"]
            query.outcomes = [.succeeded, .failed]
            query.limit = 3
        case "all":
            query.digestPrefixes = [try #require(DigestPrefix("3f"))]
            query.globs = ["w*"]
            query.labels = [LabelFilter(key: "team", value: nil)]
            query.hosts = ["laptop"]
            query.movesOnly = true
            query.isReversed = true
        default: query.since = Timestamp(milliseconds: 1_780_000_000_000)
        }
        let plan = try store.history().plan(query)
        #expect(plan.contains { $0.contains(index) }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN push") && !$0.contains("push_move") })
    }

    @Test(arguments: [
        [LabelFilter(key: "team", value: "red")],
        [LabelFilter(key: "team", value: "red"), LabelFilter(key: "ticket", value: nil)],
        [LabelFilter(key: "ticket", value: "7"), LabelFilter(key: "team", value: "red")],
    ])
    func `the pushes of a label are read in order, so that a limit stops early`(
        labels: [LabelFilter]
    ) async throws {
        let store = try TemporaryStore()
        try await store.importText(Corpus(count: 50).export)
        var query = HistoryQuery()
        query.labels = labels
        query.since = Timestamp(milliseconds: 1_600_000_000_000)
        let plan = try store.history().plan(query)
        #expect(
            plan.contains {
                $0.hasPrefix("SEARCH push_label")
                    && $0.contains("key=? AND value=? AND started_at>?")
            }, "\(plan)")
        #expect(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "\(plan)")
        #expect(!plan.contains { $0.contains("LIST SUBQUERY") }, "\(plan)")
    }

    @Test func `the end of an id is found by an index`() async throws {
        let store = try TemporaryStore()
        try await store.importText(Corpus(count: 50).export)
        let plan = try store.history().plan(ofPart: "abcdef12")
        #expect(plan.contains { $0.contains("push_end") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }

    static func query(_ generator: inout SeededRandom) -> HistoryQuery {
        var query = HistoryQuery()
        if generator.roll(4) == 0 {
            query.globs = [
                generator.pick(["w*", "alice/*", "*:prod", "api", "bob/web:v1", "*", "z*"])
            ]
        }
        for _ in 0..<generator.roll(3) where generator.roll(3) == 0 {
            query.repositories.append(
                RepositoryFilter(
                    owner: generator.roll(2) == 0 ? generator.pick(Corpus.owners) : nil,
                    repository: generator.pick(Corpus.repositories)))
        }
        for _ in 0..<generator.roll(3) where generator.roll(3) == 0 {
            query.tags.append(generator.pick(Corpus.tags))
        }
        if generator.roll(8) == 0 {
            let hex = Corpus.digest(generator.roll(60)).hex.prefix(1 + generator.roll(8))
            query.digestPrefixes = [DigestPrefix(hex)].compactMap { $0 }
        }
        if generator.roll(8) == 0 {
            query.commitPrefixes = [
                String(Corpus.commit(generator.roll(20)).prefix(1 + generator.roll(8)))
            ]
        }
        if generator.roll(5) == 0 {
            query.since = Timestamp(
                milliseconds: 1_780_000_000_000 + Int64(generator.roll(40)) * 3_600_000)
        }
        if generator.roll(5) == 0 {
            query.until = Timestamp(
                milliseconds: 1_780_000_000_000 + Int64(generator.roll(40)) * 3_600_000)
        }
        for _ in 0..<generator.roll(3) where generator.roll(3) == 0 {
            query.outcomes.append(generator.pick(PushOutcome.allCases))
        }
        if generator.roll(6) == 0 {
            query.notifyOutcomes = [generator.pick(NotifyOutcome.allCases)]
        }
        if generator.roll(6) == 0 {
            query.hosts = [generator.pick(Corpus.hosts), generator.pick(Corpus.hosts)]
        }
        if generator.roll(6) == 0 { query.users = [generator.pick(Corpus.users)] }
        if generator.roll(5) == 0 {
            query.labels = [
                LabelFilter(key: "team", value: generator.pick(["red", "blue", "gr\"ün"]))
            ]
            if generator.roll(2) == 0 { query.labels.append(LabelFilter(key: "tier", value: nil)) }
            if generator.roll(3) == 0 {
                query.labels.append(LabelFilter(key: "team", value: "red"))
            }
        }
        query.movesOnly = generator.roll(8) == 0
        if generator.roll(3) == 0 { query.limit = generator.roll(20) }
        query.isReversed = generator.roll(2) == 0
        return query
    }

    static func plain(_ query: HistoryQuery, _ records: [PushRecord]) -> [PushID] {
        var found = records.filter { matches($0, query) }
            .sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }.map(\.id)
        if query.isReversed { found.reverse() }
        return query.limit.map { Array(found.prefix($0)) } ?? found
    }

    private static func matches(_ push: PushRecord, _ query: HistoryQuery) -> Bool {
        let reference = push.reference
        let names = reference.map {
            ["\($0.path):\($0.tag)", "\($0.repository):\($0.tag)", $0.path, $0.repository]
        }
        func any<Element>(_ list: [Element], _ test: (Element) -> Bool) -> Bool {
            list.isEmpty || list.contains(where: test)
        }
        let keys = Set(query.labels.map(\.key))
        return any(query.globs) { glob in (names ?? []).contains { fnmatch(glob, $0, 0) == 0 } }
            && any(query.repositories) {
                reference?.repository == $0.repository
                    && ($0.owner == nil || reference?.owner == $0.owner)
            }
            && any(query.tags) { reference?.tag == $0 }
            && any(query.digestPrefixes) {
                push.state.manifest?.digest.hex.hasPrefix($0.hex) == true
            }
            && any(query.commitPrefixes) {
                push.context.gitCommit?.hasPrefix($0) == true
                    || push.image?.revision?.hasPrefix($0) == true
            }
            && (query.since.map { push.startedAt >= $0 } ?? true)
            && (query.until.map { push.startedAt < $0 } ?? true)
            && any(query.outcomes) { push.state.outcome == $0 }
            && any(query.notifyOutcomes) { push.notify.outcome == $0 }
            && any(query.hosts) { push.context.host == $0 }
            && any(query.users) { push.context.user == $0 || push.context.ciActor == $0 }
            && keys.allSatisfy { key in
                query.labels.contains {
                    $0.key == key && push.labels[key] != nil
                        && ($0.value == nil || $0.value == push.labels[key])
                }
            }
            && (!query.movesOnly
                || [.created, .moved].contains(push.state.manifest?.tagChange))
    }
}
