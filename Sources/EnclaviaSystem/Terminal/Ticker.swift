import Dispatch
import Synchronization

/// Calls something again and again until it is stopped.
package final class Ticker: Sendable {
    private let interval: DispatchTimeInterval
    /// Which start is in force; a tick of an earlier one does nothing.
    private let generation = Atomic<Int>(0)

    package init(milliseconds: Int) {
        interval = .milliseconds(milliseconds)
    }

    /// Calls `body` at each turn, in place of what was called before; for the first time when one turn is over.
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
