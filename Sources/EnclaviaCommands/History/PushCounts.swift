import EnclaviaCore

/// The numbers of pushes by their outcome, and by that of their notification.
struct PushCounts: Equatable {
    private(set) var outcomes: [PushOutcome: Int] = [:]
    private(set) var notifications: [NotifyOutcome: Int] = [:]

    init() {}

    init(_ day: DayStatistics) {
        outcomes = day.outcomes
        notifications = day.notifications
    }

    init(_ user: UserStatistics) {
        outcomes = user.outcomes
        notifications = user.notifications
    }

    mutating func add(_ other: PushCounts) {
        outcomes.merge(other.outcomes, uniquingKeysWith: +)
        notifications.merge(other.notifications, uniquingKeysWith: +)
    }

    var pushes: Int { outcomes.values.reduce(0, +) }

    /// Of the pushes that ended, the part that succeeded; `nil` where none has ended.
    var successRate: Double? {
        rate(outcomes[.succeeded] ?? 0, of: pushes - (outcomes[.running] ?? 0))
    }

    /// Of the notifications that were not skipped, the part that was delivered; `nil` where there are none.
    var notifyRate: Double? {
        let wanted = notifications.values.reduce(0, +) - (notifications[.skipped] ?? 0)
        return rate(notifications[.delivered] ?? 0, of: wanted)
    }

    /// To four decimal places, so that equal rates have equal texts.
    private func rate(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? (Double(part) / Double(whole) * 10_000).rounded() / 10_000 : nil
    }
}

/// What pushes are counted by, where they are not counted by day and repository.
enum StatsGrouping: String, CaseIterable {
    case day, repository, user
}

/// The counts of a day, a repository, both, or a user.
struct StatsRow {
    /// A local day.
    var day: String?
    var owner: String?
    var repository: String?
    var user: String?
    var counts: PushCounts

    init(_ day: DayStatistics) {
        (self.day, owner, repository) = (day.day, day.owner, day.repository)
        counts = PushCounts(day)
    }

    init(_ user: UserStatistics) {
        self.user = user.user
        counts = PushCounts(user)
    }

    init(day: String, counts: PushCounts) {
        self.day = day
        self.counts = counts
    }

    init(owner: String?, repository: String?) {
        (self.owner, self.repository) = (owner, repository)
        counts = PushCounts()
    }

    /// `owner/repository`; `nil` for pushes that ended before their reference was known.
    var name: String? { repository.map { "\(owner ?? "")/\($0)" } }
}

/// Sums up the counts by repository, and of all pushes, row by row.
struct StatsTally {
    private struct Repository: Hashable {
        let owner: String?
        let repository: String?
    }

    private(set) var total = PushCounts()
    private var byRepository: [Repository: StatsRow] = [:]

    mutating func add(_ row: StatsRow) {
        total.add(row.counts)
        // A user's pushes are of several repositories.
        guard row.day != nil else { return }
        let key = Repository(owner: row.owner, repository: row.repository)
        byRepository[key, default: StatsRow(owner: row.owner, repository: row.repository)]
            .counts.add(row.counts)
    }

    /// The repositories, those with the most pushes first.
    var repositories: [StatsRow] {
        byRepository.values.sorted {
            ($1.counts.pushes, $0.name ?? "") < ($0.counts.pushes, $1.name ?? "")
        }
    }
}
