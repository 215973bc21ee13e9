import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// What a report counts and lists, compared with SQL on the view `push_v1`.
struct ReportTests {
    @Test(arguments: 1...UInt64(StoreRounds.number(8, soak: 24)))
    func `the report of random pushes equals SQL on the view`(seed: UInt64) async throws {
        let corpus = try await ReportCorpus(seed: seed)
        var generator = SeededRandom(seed: seed &* 77)
        for number in 0..<12 {
            let filter = number == 0 ? ReportFilter() : ReportFilter(&generator)
            try check(corpus, filter)
        }
        await corpus.close()
    }

    private func check(_ corpus: ReportCorpus, _ filter: ReportFilter) throws {
        let history = corpus.store.history()
        let report = try history.report(filter.query, in: .utc)
        let world = ReportWorld(store: corpus.store, orphaned: corpus.orphaned, filter: filter)
        let text = "\(filter)"

        let counts = try world.counts()
        #expect(ReportWorld.numbers(report.counts) == counts, "\(text)")
        #expect(
            try report.imported == world.number("count(*)", also: "origin_imported_at IS NOT NULL"),
            "\(text)")
        let range = report.range.map { [$0.lowerBound.description, $0.upperBound.description] }
        #expect(try range == world.range(), "\(text)")
        try checkGroups(report, world, text)
        try checkPeriods(report, world, text)

        var listed: [StoredPush] = []
        var unlimited = filter.query
        unlimited.limit = nil
        unlimited.isReversed = false
        try history.forEach(unlimited) { listed.append($0) }
        #expect(report.pushes.count == listed.count, "\(text)")
        #expect(report.pushes.listed == Array(listed.prefix(200)), "\(text)")
        try checkTags(report, corpus, world, filter)
    }

    private func checkGroups(
        _ report: HistoryReport, _ world: ReportWorld, _ text: String
    ) throws {
        let repository = "registry || '/' || owner || '/' || repository"
        #expect(
            try ReportWorld.texts(report.repositories)
                == world.groups(repository, members: "tag"), "\(text)")
        #expect(report.repositories.named.rest == 0)
        #expect(
            try ReportWorld.texts(report.users)
                == world.groups("coalesce(context_ci_actor, context_user)", members: repository),
            "\(text)")
        #expect(report.users.named.rest == 0)
        let failures = try report.failures.listed.map {
            try "\($0.stage ?? "-") \($0.kind ?? "-") \($0.count) \($0.example.record().id.text)"
        }
        #expect(try failures == world.failures(), "\(text)")
        #expect(report.failures.rest == 0)
    }

    private func checkPeriods(
        _ report: HistoryReport, _ world: ReportWorld, _ text: String
    ) throws {
        guard let periods = report.periods else {
            #expect(report.counts.pushes == 0 && report.byPeriod.isEmpty, "\(text)")
            return
        }
        var sum = PushCounts()
        for counts in report.byPeriod { sum.add(counts) }
        #expect(sum == report.counts, "\(text)")
        #expect(periods.periods.count == report.byPeriod.count)
        for (period, counts) in zip(periods.periods, report.byPeriod) {
            let inside = "started_at >= '\(period.start)' AND started_at < '\(period.end)'"
            #expect(
                try ReportWorld.numbers(counts) == world.counts(also: inside),
                "\(text) \(period.name)")
        }
    }

    private func checkTags(
        _ report: HistoryReport, _ corpus: ReportCorpus, _ world: ReportWorld,
        _ filter: ReportFilter
    ) throws {
        let wanted = try world.tags()
        #expect(report.tags.count == wanted.count, "\(filter)")
        #expect(
            report.tags.listed.map { "\($0.reference) \($0.pushes)" } == Array(wanted.prefix(20)),
            "\(filter)")
        let order = try corpus.placed()
        for tag in report.tags.listed {
            var previous: ReportCorpus.Placed?
            var before: String?
            var moves: [String] = []
            for push in order where push.reference == tag.reference {
                let moment = "\(push.effectiveAt)"
                if previous?.digest != push.digest {
                    if filter.holds(moment) {
                        moves.append("\(push.id) \(previous?.digest ?? "-") \(moment)")
                    } else if moves.isEmpty, filter.follows(moment) {
                        before = push.id
                    }
                }
                previous = push
            }
            #expect(try tag.before?.record().id.text == before, "\(filter) \(tag.reference)")
            #expect(tag.moves.count == moves.count, "\(filter) \(tag.reference)")
            let found = try tag.moves.listed.map {
                try "\($0.push.record().id.text) \($0.from?.description ?? "-") \($0.effectiveAt)"
            }
            #expect(found == Array(moves.suffix(50)), "\(filter) \(tag.reference)")
        }
    }
}
