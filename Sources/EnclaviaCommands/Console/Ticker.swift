import Dispatch
import Synchronization

/// Calls something again and again until it is stopped.
final class Ticker: Sendable {
    private let interval: DispatchTimeInterval
    /// Which start is in force; a tick of an earlier one does nothing.
    private let generation = Atomic<Int>(0)

    init(milliseconds: Int) {
        interval = .milliseconds(milliseconds)
    }

    func start(_ body: @escaping @Sendable () -> Void) {
        let mine = generation.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        schedule(mine, body)
    }

    func stop() {
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
