/// The numbers of pushes by their outcome, and by that of their notification.
///
/// A value without storage on the heap, since statistics hold one for each repository.
package struct PushCounts: Hashable, Sendable {
    private var outcomes = SIMD8<UInt32>()
    private var notifications = SIMD4<UInt32>()

    package init() {}

    /// The number of pushes.
    package var pushes: Int { Int(outcomes.wrappedSum()) }

    /// The number of pushes with this outcome.
    package subscript(outcome: PushOutcome) -> Int { Int(outcomes[outcome.place]) }

    /// The number of pushes with this outcome of their notification.
    package subscript(outcome: NotifyOutcome) -> Int { Int(notifications[outcome.place]) }

    /// Counts pushes with these outcomes; `notify` is `nil` where there was nothing to notify of.
    package mutating func count(_ outcome: PushOutcome, notify: NotifyOutcome?, pushes: Int = 1) {
        outcomes[outcome.place] &+= UInt32(truncatingIfNeeded: pushes)
        if let notify { notifications[notify.place] &+= UInt32(truncatingIfNeeded: pushes) }
    }

    /// Counts pushes with this outcome, and no notification.
    package mutating func count(_ outcome: PushOutcome, pushes: Int) {
        count(outcome, notify: nil, pushes: pushes)
    }

    /// Counts notifications with this outcome, and no push.
    package mutating func count(_ outcome: NotifyOutcome, notifications count: Int) {
        notifications[outcome.place] &+= UInt32(truncatingIfNeeded: count)
    }

    package mutating func add(_ other: PushCounts) {
        outcomes &+= other.outcomes
        notifications &+= other.notifications
    }
}

extension PushCounts {
    /// Of the pushes that ended, the part that succeeded; `nil` where none has ended.
    package var successRate: Double? { rate(self[.succeeded], of: pushes - self[.running]) }

    /// Of the notifications that were not skipped, the part that was delivered; `nil` where there are none.
    package var notifyRate: Double? {
        let wanted = Int(notifications.wrappedSum()) - self[.skipped]
        return rate(self[.delivered], of: wanted)
    }

    /// To four decimal places, so that equal rates have equal texts.
    private func rate(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? (Double(part) / Double(whole) * 10_000).rounded() / 10_000 : nil
    }
}

extension PushOutcome {
    fileprivate var place: Int {
        switch self {
        case .running: 0
        case .succeeded: 1
        case .failed: 2
        case .cancelled: 3
        case .interrupted: 4
        }
    }
}

extension NotifyOutcome {
    fileprivate var place: Int {
        switch self {
        case .pending: 0
        case .delivered: 1
        case .failed: 2
        case .skipped: 3
        }
    }
}
