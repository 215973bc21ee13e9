import Synchronization

/// The faults that are switched on, one for each place.
package final class FaultBoard: Sendable {
    private let orders: Mutex<[FaultPlace: FaultOrder]>

    package init(_ orders: [FaultOrder] = []) {
        self.orders = Mutex(Self.byPlace(orders))
    }

    /// Replaces all faults.
    package func replace(with orders: [FaultOrder]) {
        self.orders.withLock { $0 = Self.byPlace(orders) }
    }

    /// What is switched on: place to `fault[*count]`.
    package var current: [String: String] {
        orders.withLock { orders in
            Dictionary(
                uniqueKeysWithValues: orders.map { ($0.key.rawValue, $0.value.faultText) })
        }
    }

    /// The fault at `place`, if it is one that `suits`; counts it.
    package func take(
        _ place: FaultPlace, where suits: (Fault) -> Bool = { _ in true }
    ) -> Fault? {
        orders.withLock { orders in
            guard let order = orders[place], suits(order.fault) else { return nil }
            if let count = order.count {
                orders[place]?.count = count - 1
                if count == 1 { orders[place] = nil }
            }
            return order.fault
        }
    }

    private static func byPlace(_ orders: [FaultOrder]) -> [FaultPlace: FaultOrder] {
        Dictionary(orders.map { ($0.place, $0) }, uniquingKeysWith: { _, last in last })
    }
}
