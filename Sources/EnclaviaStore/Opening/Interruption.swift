import Synchronization

/// Whether the command that a thread works for was cancelled: the thread that writes belongs to no task.
final class Interruption: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() { raised.store(true, ordering: .releasing) }

    func clear() { raised.store(false, ordering: .releasing) }
}
