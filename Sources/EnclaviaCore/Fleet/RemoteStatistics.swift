/// The statistics of a shared history, out of what its server counted.
package struct RemoteStatistics: PushCounting {
    private let counts: [RemoteCount]
    /// The pushes that are not counted, since this version does not know their outcomes.
    package let unknown: Int

    init(_ counts: [RemoteCount], unknown: Int) {
        self.counts = counts
        self.unknown = unknown
    }

    private struct Repository: Hashable {
        let owner: ByteText?
        let name: ByteText?

        /// By owner, then by name, each by its bytes, where nothing is the same as an empty text.
        static func precedes(_ left: Self, _ right: Self) -> Bool {
            let (left, right) = (left.texts, right.texts)
            return left.0.elementsEqual(right.0)
                ? left.1.lexicographicallyPrecedes(right.1)
                : left.0.lexicographicallyPrecedes(right.0)
        }

        private var texts: (String.UTF8View, String.UTF8View) {
            ((owner?.text ?? "").utf8, (name?.text ?? "").utf8)
        }
    }

    package func forEachDay(
        _ query: HistoryQuery, isByRepository: Bool, day: (Timestamp) -> String,
        _ passes: [(DayStatistics) throws -> Void]
    ) throws {
        var numbers: [Repository: Int] = [:]
        var days: [String: [Repository: PushCounts]] = [:]
        var last: (quarter: Timestamp, day: String)?
        for count in counts {
            guard let quarter = count.quarter else { continue }
            let name = last.flatMap { $0.quarter == quarter ? $0.day : nil } ?? day(quarter)
            last = (quarter, name)
            let repository = Repository(
                owner: count.owner.map(ByteText.init), name: count.repository.map(ByteText.init))
            if numbers[repository] == nil { numbers[repository] = numbers.count }
            days[name, default: [:]][repository, default: PushCounts()]
                .count(count.outcome, notify: count.notify, pushes: count.pushes)
        }
        let names = days.keys.sorted()
        for pass in passes {
            for name in names {
                let repositories = days[name] ?? [:]
                for repository in repositories.keys.sorted(by: Repository.precedes) {
                    try pass(
                        DayStatistics(
                            day: name, number: numbers[repository] ?? 0,
                            owner: repository.owner?.text, repository: repository.name?.text,
                            counts: repositories[repository] ?? PushCounts()))
                }
            }
        }
    }

    package func countByUser(_ query: HistoryQuery) -> [UserStatistics] {
        var users: [ByteText?: PushCounts] = [:]
        for count in counts {
            users[count.user.map(ByteText.init), default: PushCounts()]
                .count(count.outcome, notify: count.notify, pushes: count.pushes)
        }
        return users.map { UserStatistics(user: $0.key?.text, counts: $0.value) }
    }
}
