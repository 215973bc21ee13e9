/// Notifications that an earlier push could not deliver, sent by a later one.
package struct Outbox: Sendable {
    /// The longest that one push spends on others' notifications, in milliseconds.
    package static let limitMilliseconds: Int64 = 2_000

    private let backend: any Backend
    private let journal: any PushJournal
    private let surroundings: any Surroundings
    private let words: @Sendable (PushError) -> (kind: String, message: String)

    package init(_ ports: PushPorts) {
        backend = ports.backend
        journal = ports.journal
        surroundings = ports.surroundings
        words = ports.words
    }

    /// Sends what is pending for the same backend and handle as `record`, the newest of each
    /// reference; older ones are put on record as superseded. What there is no time for stays pending.
    ///
    /// - Returns: what went wrong beside the record.
    package func send(after record: PushRecord) async -> [StoreWarning] {
        guard let own = record.reference, !Task.isCancelled else { return [] }
        let deadline = surroundings.now().adding(milliseconds: Self.limitMilliseconds)
        let pending: PendingNotifications
        do throws(StoreError) {
            pending = try await journal.pendingNotifications(
                backend: record.backend, registry: own.registry, owner: own.owner)
        } catch {
            return [.pending(error)]
        }
        var warnings: [StoreWarning] = []
        for push in pending.toSend where push.id != record.id {
            guard let left = left(until: deadline) else { return warnings }
            warnings += await holding(push.id) { await send($0, limitMilliseconds: left) }
        }
        for older in pending.superseded where older.id != record.id {
            guard left(until: deadline) != nil else { return warnings }
            warnings += await holding(older.id) { await supersede($0) }
        }
        return warnings
    }

    /// Passes over a push that somebody else is at: what is pending was read before, and many pushes that
    /// end at once would all send it.
    private func holding(
        _ id: PushID, _ body: (PushRecord) async -> [StoreWarning]
    ) async -> [StoreWarning] {
        guard let claim = await journal.claim(id) else { return [] }
        let isPending = claim.record.notify.outcome == .pending
        let warnings = isPending ? await body(claim.record) : []
        await claim.release()
        return warnings
    }

    /// The milliseconds that are left; `nil` once there are none, and after a signal.
    private func left(until deadline: Timestamp) -> Int64? {
        let left = deadline.milliseconds - surroundings.now().milliseconds
        return left > 0 && !Task.isCancelled ? left : nil
    }

    private func supersede(_ push: PushRecord) async -> [StoreWarning] {
        let notify = push.notify.superseded(at: surroundings.now())
        return await journal.append([.notified(notify)], to: push.id).warnings
    }

    private func send(_ push: PushRecord, limitMilliseconds: Int64) async -> [StoreWarning] {
        guard let reference = push.reference, let manifest = push.state.manifest else { return [] }
        let reply = await backend.notify(
            PushNotification(
                reference: reference, digest: manifest.digest, pushID: push.id,
                idempotencyKey: push.id.text, limitMilliseconds: limitMilliseconds))
        let notify = NotifyRecord(
            reply, before: push.notify.attempts, at: surroundings.now(), words: words)
        return await journal.append([.notified(notify)], to: push.id).warnings
    }
}
