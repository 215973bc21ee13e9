import Synchronization

/// Tells the writing thread, which belongs to no task, that its command was cancelled.
final class Interruption: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() { raised.store(true, ordering: .releasing) }

    func clear() { raised.store(false, ordering: .releasing) }
}
