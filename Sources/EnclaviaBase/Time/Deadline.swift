/// A moment by which something has to be done.
package struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant

    package init(after duration: Duration) {
        instant = .now + duration
    }

    /// What is left; zero once it has passed.
    package var remaining: Duration {
        let left = ContinuousClock.now.duration(to: instant)
        return left > .zero ? left : .zero
    }

    package var hasPassed: Bool { ContinuousClock.now >= instant }
}

extension Duration {
    /// The shorter of the two.
    package func capped(at limit: Duration) -> Duration { self < limit ? self : limit }

    /// The duration in milliseconds, rounded up, for calls such as poll(2).
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let perMillisecond: Int64 = 1_000_000_000_000_000
        return seconds * 1_000 + (attoseconds + perMillisecond - 1) / perMillisecond
    }
}
