import EnclaviaCore
import EnclaviaStore
import Testing

/// Lists that are longer than a report shows: they are cut, and their totals count all.
struct ReportLimitTests {
    let store: TemporaryStore
    private static let start = Timestamp(milliseconds: 1_780_000_000_000)

    init() throws {
        store = try TemporaryStore()
    }

    /// The export line of push `number`, which began that many seconds after the first.
    private func line(
        _ number: Int, repository: String, user: String?, state: PushState?,
        registry: String = "registry.example"
    ) throws -> String {
        let moment = Self.start.adding(milliseconds: Int64(number) * 1000)
        let manifest = PushedManifest(
            digest: SamplePush.digest(number), isVerified: true, tagChange: .moved,
            pushedAt: moment)
        var push = PushRecord(
            id: PushID(at: moment, random: (9, UInt64(number))), revision: 5,
            destination: "\(repository):v1", backend: "https://api.example",
            reference: ImageReference(
                registry: registry, owner: "alice", repository: repository, tag: "v1"),
            localImage: "app:dev", image: LocalImage(id: SamplePush.digest(99).description),
            startedAt: moment, state: state ?? .succeeded(manifest), cliVersion: "1")
        push.finishedAt = moment
        push.context = PushContext(host: "elsewhere", user: user)
        if state == nil { push.notify = NotifyRecord(outcome: .delivered, attempts: 1) }
        return try JSONText.encode(PushJSON(push)) + "\n"
    }

    @Test func `5,000 repositories, users, tags and kinds of failures are cut, and counted`()
        async throws
    {
        var lines = ""
        for number in 0..<5_000 {
            lines += try line(
                number, repository: "app-\(number)", user: "user-\(number)", state: nil)
        }
        for number in 5_000..<5_100 {
            let failure = PushFailure(stage: .push, kind: "kind_\(number)", message: "gone")
            lines += try line(
                number, repository: "app-7", user: nil,
                state: .failed(failure, contradicted: nil))
        }
        try await store.importText(lines)
        let report = try store.history().report(HistoryQuery(), in: .utc)
        #expect(report.counts.pushes == 5_100 && report.imported == 5_100)
        let repositories = report.repositories.named
        #expect(repositories.count == 5_000 && repositories.listed.count == 50)
        let first = try #require(repositories.listed.first)
        #expect(first.name == "registry.example/alice/app-7" && first.counts.pushes == 101)
        #expect(repositories.listed.dropFirst().first?.name == "registry.example/alice/app-0")
        #expect(report.users.named.count == 5_000 && report.users.named.listed.count == 50)
        #expect(report.users.unnamed?.counts.pushes == 100)
        #expect(report.failures.count == 100 && report.failures.listed.count == 30)
        #expect(report.failures.rest == 70)
        #expect(report.tags.count == 5_000 && report.tags.listed.count == 20)
        #expect(report.tags.listed.first?.reference == "registry.example/alice/app-4999:v1")
        #expect(report.pushes.count == 5_100 && report.pushes.listed.count == 200)
        let newest = try report.pushes.listed.first?.record().startedAt
        #expect(newest == Self.start.adding(milliseconds: 5_099_000))
    }

    @Test func `repositories of two registries are two`() async throws {
        let lines = try (0..<6).map { number in
            try line(
                number, repository: "app", user: "alice", state: nil,
                registry: number % 3 == 0 ? "registry.example" : "other.example")
        }
        try await store.importText(lines.joined())
        let report = try store.history().report(HistoryQuery(), in: .utc)
        let groups = report.repositories.named.listed.map { "\($0.name ?? "-") \($0.members)" }
        #expect(groups == ["other.example/alice/app 1", "registry.example/alice/app 1"])
        #expect(report.users.named.listed.map(\.members) == [2])
    }

    @Test(arguments: [1, 49, 50, 51, 99, 100, 101, 237])
    func `a tag's newest 50 moves are listed, the oldest first, and all are counted`(
        count: Int
    ) async throws {
        var lines = ""
        for number in 0..<count {
            lines += try line(number, repository: "app", user: nil, state: nil)
        }
        try await store.importText(lines)
        let tag = try #require(
            try store.history().report(HistoryQuery(), in: .utc).tags.listed.first)
        #expect(tag.pushes == count && tag.moves.count == count && tag.before == nil)
        let shown = (max(0, count - 50)..<count)
        #expect(
            try tag.moves.listed.map { try $0.push.record().state.manifest?.digest }
                == shown.map(SamplePush.digest))
        #expect(
            tag.moves.listed.map(\.from)
                == shown.map { $0 == 0 ? nil : SamplePush.digest($0 - 1) })
    }

    @Test
    func `the bounds hold their first moment and not their last, and a tag has a push before`()
        async throws
    {
        var lines = ""
        for number in 0..<10 {
            lines += try line(number, repository: "app", user: nil, state: nil)
        }
        try await store.importText(lines)
        var query = HistoryQuery()
        query.since = Self.start.adding(milliseconds: 3_000)
        query.until = Self.start.adding(milliseconds: 7_000)
        let report = try store.history().report(query, in: .utc)
        #expect(report.counts.pushes == 4)
        #expect(report.range?.lowerBound == query.since)
        #expect(report.range?.upperBound == Self.start.adding(milliseconds: 6_000))
        let tag = try #require(report.tags.listed.first)
        #expect(try tag.before?.record().state.manifest?.digest == SamplePush.digest(2))
        #expect(tag.moves.listed.map(\.from) == (2...5).map(SamplePush.digest))
        // The tag's history says the same at each move, and just before it.
        for move in tag.moves.listed {
            let selector = ReferenceSelector(
                registry: "registry.example", owner: "alice", repository: "app", tag: "v1")
            func digest(_ moment: Timestamp) throws -> Digest? {
                let found = try store.history().push(
                    of: selector, at: moment, now: store.clock.start)
                guard case .known(let push) = found else { return nil }
                return try push.record().state.manifest?.digest
            }
            #expect(
                try digest(move.effectiveAt) == move.push.record().state.manifest?.digest)
            #expect(try digest(move.effectiveAt.adding(milliseconds: -1)) == move.from)
        }
    }
}
