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
}

extension Duration {
    /// The shorter of the two.
    package func capped(at limit: Duration) -> Duration { self < limit ? self : limit }
}
