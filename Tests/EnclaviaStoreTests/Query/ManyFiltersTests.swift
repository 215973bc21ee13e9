import EnclaviaCore
import EnclaviaStore
import Testing

/// As many filter values as a command line can have.
struct ManyFiltersTests {
    private static let shared = Task {
        let store = try TemporaryStore()
        let corpus = Corpus(count: 300)
        try await store.importText(corpus.export)
        return (store: store, records: corpus.records)
    }

    private func found(_ query: HistoryQuery) async throws -> Set<PushID> {
        var found: Set<PushID> = []
        try await Self.shared.value.store.history().forEach(query) {
            found.insert(try $0.record().id)
        }
        return found
    }

    /// Values that no push has; a chain of so many conditions would be too deep for SQLite.
    private let unknown = (0..<2_000).map { "ffffffff\($0)" }

    @Test func `a query with two thousand digests and commits finds the existing ones`()
        async throws
    {
        let records = try await Self.shared.value.records
        let some = records.filter { $0.state.manifest != nil }.prefix(40)
        var query = HistoryQuery()
        query.digestPrefixes =
            unknown.compactMap { DigestPrefix($0) }
            + some.compactMap { push in
                push.state.manifest.flatMap { DigestPrefix($0.digest.hex.prefix(12)) }
            }
        let digests = Set(some.compactMap { $0.state.manifest?.digest })
        let wanted = records.filter { push in
            push.state.manifest.map { digests.contains($0.digest) } ?? false
        }
        #expect(try await found(query) == Set(wanted.map(\.id)))

        let commits = Set(records.compactMap(\.context.gitCommit).prefix(20))
        var byCommit = HistoryQuery()
        byCommit.commitPrefixes = unknown + commits
        let made = records.filter { push in
            commits.contains(push.context.gitCommit ?? "")
                || commits.contains { push.image?.revision?.hasPrefix($0) ?? false }
        }
        #expect(try await found(byCommit) == Set(made.map(\.id)))
        // With another filter that drives the query.
        byCommit.digestPrefixes = query.digestPrefixes
        #expect(
            try await found(byCommit) == Set(made.map(\.id)).intersection(wanted.map(\.id)))
    }

    @Test func `a query with two thousand repositories and patterns finds the existing ones`()
        async throws
    {
        let records = try await Self.shared.value.records
        var query = HistoryQuery()
        query.repositories =
            unknown.map { RepositoryFilter(registry: nil, owner: "alice", repository: $0) }
            + [RepositoryFilter(registry: nil, owner: "bob", repository: "web")]
        let wanted = records.filter {
            $0.reference?.owner == "bob" && $0.reference?.repository == "web"
        }
        #expect(try await found(query) == Set(wanted.map(\.id)))
        var globs = HistoryQuery()
        globs.globs = unknown + ["bob/web"]
        #expect(try await found(globs) == Set(wanted.map(\.id)))
    }

    @Test func `a query with two thousand labels finds only a push with all of them`() async throws
    {
        let store = try TemporaryStore()
        let labels = Dictionary(uniqueKeysWithValues: (0..<2_000).map { ("k\($0)", "v\($0 % 7)") })
        var whole = Corpus(count: 2).records
        whole[0].labels = labels
        whole[1].labels = labels
        whole[1].labels["k77"] = "other"
        try await store.importText(
            try whole.map { try JSONText.encode(PushJSON($0)) + "\n" }.joined())
        var query = HistoryQuery()
        query.labels = labels.map { LabelFilter(key: $0.key, value: $0.value) }
        var found: [PushID] = []
        try store.history().forEach(query) { found.append(try $0.record().id) }
        #expect(found == [whole[0].id])
        query.labels.append(LabelFilter(key: "k77", value: "other"))
        query.labels.append(LabelFilter(key: "k78", value: nil))
        found = []
        try store.history().forEach(query) { found.append(try $0.record().id) }
        #expect(Set(found) == Set(whole.map(\.id)))
    }
}
