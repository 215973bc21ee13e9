import EnclaviaSystem
import Synchronization
import Testing

struct TickerTests {
    private final class Count: Sendable {
        let value = Atomic(0)

        func add() -> Int { value.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue }
        var now: Int { value.load(ordering: .sequentiallyConsistent) }

        /// Waits until it is `number` or more, for ten seconds at most.
        func reaches(_ number: Int) async throws -> Bool {
            let end = ContinuousClock.now + .seconds(10)
            while now < number, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(1))
            }
            return now >= number
        }
    }

    /// A second ticker measures a time that is long enough to show that no further call comes.
    @Test func `a ticker calls repeatedly until it is stopped`() async throws {
        let (ticker, other) = (Ticker(milliseconds: 1), Ticker(milliseconds: 1))
        let (count, turns) = (Count(), Count())
        ticker.start {
            if count.add() == 3 { ticker.stop() }
        }
        #expect(try await count.reaches(3))
        other.start { _ = turns.add() }
        #expect(try await turns.reaches(20))
        other.stop()
        #expect(count.now == 3)
    }

    @Test func `a new start replaces the one before it`() async throws {
        let ticker = Ticker(milliseconds: 1)
        let (first, second) = (Count(), Count())
        ticker.start {
            _ = first.add()
            ticker.start { _ = second.add() }
        }
        #expect(try await second.reaches(20))
        ticker.stop()
        #expect(first.now == 1)
    }
}
