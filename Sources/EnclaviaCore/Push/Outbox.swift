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
    /// reference; older ones are put on record as superseded.
    package func send(after record: PushRecord) async {
        guard let own = record.reference, !Task.isCancelled else { return }
        let deadline = surroundings.now().adding(milliseconds: Self.limitMilliseconds)
        let pending = await journal.pendingNotifications(
            backend: record.backend, registry: own.registry, owner: own.owner)
        for older in pending.superseded where older.id != record.id {
            await supersede(older)
        }
        for push in pending.toSend where push.id != record.id {
            let left = deadline.milliseconds - surroundings.now().milliseconds
            guard left > 0, !Task.isCancelled else { return }
            await send(push, limitMilliseconds: left)
        }
    }

    private func supersede(_ push: PushRecord) async {
        var notify = push.notify
        notify.outcome = .skipped
        notify.at = surroundings.now()
        notify.message = "superseded by a newer push of the reference"
        _ = await journal.append([.notified(notify)], to: push.id)
    }

    private func send(_ push: PushRecord, limitMilliseconds: Int64) async {
        guard let reference = push.reference, let manifest = push.state.manifest else { return }
        let reply = await backend.notify(
            PushNotification(
                reference: reference, digest: manifest.digest, pushID: push.id,
                idempotencyKey: push.id.text, limitMilliseconds: limitMilliseconds))
        let notify = NotifyRecord(
            reply, before: push.notify.attempts, at: surroundings.now(), words: words)
        _ = await journal.append([.notified(notify)], to: push.id)
    }
}
