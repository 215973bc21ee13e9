/// Notifications that an earlier push could not deliver, sent by a later one.
package struct Outbox: Sendable {
    /// The time limit of one push for others' notifications, in milliseconds.
    package static let limitMilliseconds: Int64 = 2_000

    private let notifier: Notifier
    private let journal: any PushJournal
    private let system: any SystemEnvironment

    package init(_ ports: PushPorts) {
        notifier = Notifier(ports)
        journal = ports.journal
        system = ports.system
    }

    /// Sends what is pending for the same backend and handle as `record`, the newest of each reference; older ones
    /// are recorded as superseded. What the time limit does not allow for stays pending.
    ///
    /// Nothing is sent from a history that may have come with a checkout: whoever writes its commits could notify
    /// the backend of pushes that were never made.
    ///
    /// - Parameter origin: queried only if there is something to send.
    /// - Returns: problems that do not affect the record.
    package func send(
        after record: PushRecord, origin: any StateOrigin
    ) async -> [StoreWarning] {
        guard let own = record.reference, !Task.isCancelled else { return [] }
        let deadline = system.now().adding(milliseconds: Self.limitMilliseconds)
        let pending: PendingNotifications
        do throws(StoreError) {
            pending = try await journal.pendingNotifications(
                backend: record.backend, registry: own.registry, owner: own.owner)
        } catch {
            return [.pending(error)]
        }
        let waiting = (pending.toSend + pending.superseded).filter { $0.id != record.id }
        guard !waiting.isEmpty else { return [] }
        if let checkout = await origin.trackingCheckout() { return [.tracked(checkout)] }
        var warnings: [StoreWarning] = []
        for push in waiting {
            let left = deadline.milliseconds - system.now().milliseconds
            guard left > 0, !Task.isCancelled else { return warnings }
            switch await notifier.send(push, .owed([.pending]), limitMilliseconds: left) {
            case .sent(_, let receipt), .superseded(let receipt): warnings += receipt.warnings
            case .unreadable(let error): warnings.append(.pending(error))
            case .alreadySent, .held, .cancelled: break
            }
        }
        return warnings
    }
}
