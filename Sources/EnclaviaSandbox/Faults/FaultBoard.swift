import Synchronization

/// The faults that are switched on.
package final class FaultBoard: Sendable {
    private let orders: Mutex<[FaultOrder]>

    package init(_ orders: [FaultOrder] = []) {
        self.orders = Mutex(orders)
    }

    /// Replaces all faults.
    package func replace(with orders: [FaultOrder]) {
        self.orders.withLock { $0 = orders }
    }

    /// What is switched on: place to `fault[*count],…`.
    package var current: [String: String] {
        orders.withLock { orders in
            Dictionary(
                orders.map { ($0.place.rawValue, $0.faultText) },
                uniquingKeysWith: { "\($0),\($1)" })
        }
    }

    /// The first fault at `place` that `suits`, if there is one; counts it.
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
