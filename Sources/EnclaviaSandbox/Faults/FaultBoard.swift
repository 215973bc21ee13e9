import Synchronization

/// The active faults.
package final class FaultBoard: Sendable {
    private let orders: Mutex<[FaultOrder]>
    /// The streams of the requests that wait until the faults are replaced.
    private let waiting = Mutex<[AsyncStream<Never>.Continuation]>([])

    package init(_ orders: [FaultOrder] = []) {
        self.orders = Mutex(orders)
    }

    /// Replaces all faults, and ends the requests that hang.
    package func replace(with orders: [FaultOrder]) {
        self.orders.withLock { $0 = orders }
        let ends = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for end in ends { end.finish() }
    }

    /// Returns when the faults are replaced or the task is cancelled.
    ///
    /// The engine continues the requests of a stopped push. If they hung forever, the next push of
    /// the same layer would hang, too, long after the fault was removed.
    package func untilReplaced() async {
        let (stream, end) = AsyncStream.makeStream(of: Never.self)
        waiting.withLock { $0.append(end) }
        for await _ in stream {}
    }

    /// The active faults: place to `fault[*count],…`.
    package var current: [String: String] {
        orders.withLock { orders in
            Dictionary(
                orders.map { ($0.place.rawValue, $0.faultText) },
                uniquingKeysWith: { "\($0),\($1)" })
        }
    }

    /// Returns the first fault at `place` that satisfies `suits`, if there is one, and decrements its count.
    package func take(
        _ place: FaultPlace, where suits: (Fault) -> Bool = { _ in true }
    ) -> Fault? {
        orders.withLock { orders in
            guard
                let index = orders.firstIndex(where: { $0.place == place && suits($0.fault) })
            else { return nil }
            let order = orders[index]
            if let count = order.count {
                orders[index].count = count - 1
                if count == 1 { orders.remove(at: index) }
            }
            return order.fault
        }
    }
}
