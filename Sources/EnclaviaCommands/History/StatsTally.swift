import EnclaviaCore

/// What pushes are counted by, where they are not counted by day and repository.
enum StatsGrouping: String, CaseIterable {
    case day, repository, user
}

/// The counts of a day, a repository, both, or a user.
struct StatsRow {
    /// A local day.
    var day: String?
    /// The repository's ``DayStatistics/number``.
    var number = 0
    var owner: String?
    var repository: String?
    var user: String?
    let counts: PushCounts

    init(_ day: DayStatistics) {
        (self.day, number, owner, repository) = (day.day, day.number, day.owner, day.repository)
        counts = day.counts
    }

    init(_ user: UserStatistics) {
        self.user = user.user
        counts = user.counts
    }

    init(owner: String?, repository: String?, _ counts: PushCounts) {
        (self.owner, self.repository) = (owner, repository)
        self.counts = counts
    }

    /// `owner/repository`; `nil` for pushes that ended before their reference was known.
    var name: String? { repository.map { "\(owner ?? "")/\($0)" } }
}

/// Sums up the counts by repository, and of all pushes, row by row.
struct StatsTally {
    private struct Repository {
        var owner: String?
        var repository: String?
        var counts = PushCounts()
    }

    private(set) var total = PushCounts()
    /// The row with the most pushes.
    private(set) var largest: StatsRow?
    /// By their numbers.
    private var byNumber: [Repository] = []

    mutating func add(_ row: StatsRow) {
        total.add(row.counts)
        if row.counts.pushes > largest?.counts.pushes ?? 0 { largest = row }
        // A user's pushes are of several repositories.
        guard row.day != nil else { return }
        while byNumber.count <= row.number { byNumber.append(Repository()) }
        byNumber[row.number].owner = row.owner
        byNumber[row.number].repository = row.repository
        byNumber[row.number].counts.add(row.counts)
    }

    /// The repositories, those with the most pushes first.
    var repositories: some BidirectionalCollection<StatsRow> {
        let rows = byNumber.lazy.map { row in
            StatsRow(owner: row.owner, repository: row.repository, row.counts)
        }
        let names = rows.map { $0.name ?? "" } as [String]
        let order = byNumber.indices.sorted {
            (byNumber[$1].counts.pushes, names[$0]) < (byNumber[$0].counts.pushes, names[$1])
        }
        return order.lazy.map { rows[$0] }
    }
}
