import Dispatch
import Synchronization

/// Calls a closure periodically until it is stopped.
package final class Ticker: Sendable {
    private let interval: DispatchTimeInterval
    /// The number of the latest start; a tick of an earlier one does nothing.
    private let generation = Atomic<Int>(0)

    package init(milliseconds: Int) {
        interval = .milliseconds(milliseconds)
    }

    /// Calls `body` at each interval, first after one interval, in place of an earlier closure.
    package func start(_ body: @escaping @Sendable () -> Void) {
        let mine = generation.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        schedule(mine, body)
    }

    /// Calls nothing more; a call that is under way goes on.
    package func stop() {
        generation.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    private func schedule(_ mine: Int, _ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + interval) { [self] in
            guard generation.load(ordering: .acquiring) == mine else { return }
            body()
            schedule(mine, body)
        }
    }
}
