import EnclaviaCore
import EnclaviaStore
import Testing

struct StatisticsTests {
    @Test
    func `statistics count the pushes that match the filters`() async throws {
        let store = try TemporaryStore()
        let corpus = Corpus(count: 300)
        try await store.importText(corpus.export)
        var generator = SeededRandom(seed: 5)
        for _ in 0..<100 {
            var query = FilterTests.query(&generator)
            query.limit = nil
            let wanted = FilterTests.plain(query, corpus.records)
            var plain: [Group: PushCounts] = [:]
            for push in corpus.records.filter({ wanted.contains($0.id) }) {
                plain[Group(push), default: PushCounts()]
                    .count(push.state.outcome, notify: push.notify.outcome)
            }
            let (rows, again) = try Self.rows(of: store, query, isByRepository: true)
            #expect(rows == again, "each pass receives the same")
            #expect(rows.map(Group.init) == plain.keys.sorted())
            #expect(rows.allSatisfy { plain[Group($0)] == $0.counts })
            #expect(
                Set(rows.map(\.number)).count == Set(rows.map { [$0.owner, $0.repository] }).count)
            let (days, _) = try Self.rows(of: store, query, isByRepository: false)
            #expect(days.map(\.day) == Set(rows.map(\.day)).sorted())
            for day in days {
                var counts = PushCounts()
                for row in rows where row.day == day.day { counts.add(row.counts) }
                #expect(day.counts == counts && day.repository == nil)
            }
        }
    }

    /// What counts are grouped by.
    private struct Group: Hashable, Comparable {
        let names: [String]

        init(_ push: PushRecord) {
            names = [
                StatisticsTests.day(push.startedAt), push.reference?.owner ?? "",
                push.reference?.repository ?? "",
            ]
        }

        init(_ row: DayStatistics) {
            names = [row.day, row.owner ?? "", row.repository ?? ""]
        }

        static func < (left: Self, right: Self) -> Bool {
            left.names.lexicographicallyPrecedes(right.names)
        }
    }

    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }

    private static func rows(
        of store: TemporaryStore, _ query: HistoryQuery, isByRepository: Bool
    ) throws -> (first: [DayStatistics], second: [DayStatistics]) {
        var (first, second): ([DayStatistics], [DayStatistics]) = ([], [])
        try store.history().forEachDay(
            query, isByRepository: isByRepository, day: day,
            [{ first.append($0) }, { second.append($0) }])
        return (first, second)
    }

    @Test func `a day that occurs twice, as at the date line, is counted once`() async throws {
        let store = try TemporaryStore()
        let lines = try Corpus(count: 6).records.enumerated().map { index, push in
            var push = push
            push.startedAt = Timestamp(milliseconds: 1_780_012_800_000 + Int64(index) * 3_600_000)
            return try JSONText.encode(PushJSON(push)) + "\n"
        }
        try await store.importText(lines.joined())
        var names = ["b", "a", "b", "a", "b", "c"][...]
        var days: [DayStatistics] = []
        try store.history().forEachDay(
            HistoryQuery(), isByRepository: false, day: { _ in names.removeFirst() },
            [{ days.append($0) }])
        #expect(days.map(\.day) == ["a", "b", "c"])
        #expect(days.map(\.counts.pushes) == [2, 3, 1])
    }

    @Test func `statistics by day read one index in its order, and nothing else`() async throws {
        let store = try TemporaryStore()
        try await store.importText(Corpus(count: 50).export)
        let plan = try store.history().planOfStatistics(HistoryQuery())
        #expect(plan == ["SCAN push USING COVERING INDEX push_started"])
    }

    @Test func `every outcome is counted on its own`() {
        for outcome in PushOutcome.allCases {
            let counts = PushCounts.one(outcome)
            #expect(PushOutcome.allCases.filter { counts[$0] != 0 } == [outcome])
            #expect(counts.pushes == 1)
        }
        for outcome in NotifyOutcome.allCases {
            var counts = PushCounts()
            counts.count(.succeeded, notify: outcome, pushes: 2)
            #expect(NotifyOutcome.allCases.filter { counts[$0] != 0 } == [outcome])
            #expect(counts.pushes == 2 && counts[outcome] == 2)
        }
    }

    @Test func `statistics by user are equal to a plain computation`() async throws {
        let store = try TemporaryStore()
        let corpus = Corpus(count: 300)
        try await store.importText(corpus.export)
        var generator = SeededRandom(seed: 6)
        for _ in 0..<100 {
            var query = FilterTests.query(&generator)
            query.limit = nil
            let ids = Set(FilterTests.plain(query, corpus.records))
            let wanted = Dictionary(
                grouping: corpus.records.filter { ids.contains($0.id) },
                by: { $0.context.ciActor ?? $0.context.user })
            let users = try store.history().countByUser(query)
            #expect(Set(users.map(\.user)) == Set(wanted.keys) && users.count == wanted.count)
            for user in users {
                let pushes = wanted[user.user] ?? []
                var counts = PushCounts()
                for push in pushes { counts.count(push.state.outcome, notify: push.notify.outcome) }
                #expect(user.counts == counts)
            }
        }
    }

    @Test func `statistics by user count a crashed push as interrupted`()
        async throws
    {
        let store = try TemporaryStore()
        let entry = await SamplePush().begin(in: store.journal(), store.clock)
        let running = try store.history().countByUser(HistoryQuery())
        #expect(running.map(\.counts) == [.one(.running)])
        await entry.close()
        let orphaned = try store.history().countByUser(HistoryQuery())
        #expect(orphaned.map(\.counts) == [.one(.interrupted)])
        #expect(orphaned.map(\.user) == ["alice"])
    }

    @Test func `the rows of a day are passed on as soon as the day is complete`() async throws {
        let store = try TemporaryStore()
        let lines = try Corpus(count: 60).records.enumerated().map { index, push in
            var push = push
            push.startedAt = push.startedAt.adding(milliseconds: Int64(index) * 6 * 3_600_000)
            return try JSONText.encode(PushJSON(push)) + "\n"
        }
        try await store.importText(lines.joined())
        var newest = ""
        var behind: [(day: String, newest: String)] = []
        try store.history().forEachDay(
            HistoryQuery(), isByRepository: true,
            day: { moment in
                newest = String(moment.description.prefix(10))
                return newest
            }, [{ behind.append(($0.day, newest)) }])
        let days = Set(behind.map(\.day))
        try #require(days.count > 10)
        #expect(Set(behind.filter { $0.newest == newest }.map(\.day)).count <= 4)
    }
}

extension PushCounts {
    fileprivate static func one(_ outcome: PushOutcome) -> PushCounts {
        var counts = PushCounts()
        counts.count(outcome, notify: nil)
        return counts
    }
}
