/// The pushes of one day to one repository, counted.
package struct DayStatistics: Hashable, Sendable {
    package let day: String
    /// `nil`, as ``repository``, for pushes that did not come to know where they went.
    package let owner: String?
    package let repository: String?
    package var outcomes: [PushOutcome: Int]
    /// Pushes that had something to notify of.
    package var notifications: [NotifyOutcome: Int]

    package var pushes: Int { outcomes.values.reduce(0, +) }

    package init(
        day: String, owner: String?, repository: String?, outcomes: [PushOutcome: Int] = [:],
        notifications: [NotifyOutcome: Int] = [:]
    ) {
        self.day = day
        self.owner = owner
        self.repository = repository
        self.outcomes = outcomes
        self.notifications = notifications
    }
}
