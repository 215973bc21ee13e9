import EnclaviaCore
import GRDB

/// Steps for a recorded push, and who waits until they are durable.
struct WaitingAppend: Sendable {
    let id: PushID
    let steps: [PushStep]
    let metadata: [EventMetadata]
    let continuation: CheckedContinuation<PushReceipt, Never>

    /// The steps that tell something new, without those that an earlier attempt has written after all.
    func news(of record: PushRecord, _ db: Database?) throws -> [PushStep] {
        try zip(metadata, steps).filter { metadata, step in
            guard step.isNews(of: record) else { return false }
            return try db.map { try !EventChain.contains(metadata.id, of: id, $0) } ?? true
        }.map(\.1)
    }
}

extension StoreJournal {
    /// Steps that come while a transaction is under way share the next one.
    package func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt {
        let metadata = steps.map { _ in EventMetadata(system) }
        return await withCheckedContinuation { continuation in
            let append = WaitingAppend(
                id: id, steps: steps, metadata: metadata, continuation: continuation)
            waiting.withLock { $0.append(append) }
            writer.start { self.appendWaiting() }
        }
    }

    private func appendWaiting() {
        let appends = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        var refused: StoreError?
        if appends.count > 1, hasRecovered.withLock({ $0 }) {
            do throws(StoreError) {
                for (append, receipt) in zip(appends, try receipts(of: appends)) {
                    append.continuation.resume(returning: receipt)
                }
                return
            } catch {
                // Each by itself: one that cannot be written does not keep the others from it. Nor do they wait for
                // the lock once more.
                if case .locked = error { refused = error }
            }
        }
        for append in appends {
            let receipt = add(append.metadata, to: append.id, refused: refused) { record, db in
                try append.news(of: record, db)
            }
            append.continuation.resume(returning: receipt)
        }
    }

    /// Appends all in one transaction.
    ///
    /// - Throws: ``StoreError`` where one of them cannot be appended; then none is.
    private func receipts(
        of appends: [WaitingAppend]
    ) throws(StoreError) -> [PushReceipt] {
        let (records, events) = try writer.write { writer in
            try appends.map { append in
                let found = try PushProjection.find(append.id, writer.db)
                var record = found?.record
                var events: [HistoryEvent] = []
                for (metadata, step) in zip(append.metadata, append.steps) {
                    guard let known = record, step.isNews(of: known) else { continue }
                    events.append(metadata.event(append.id, step))
                    record = record.applying(step, of: append.id)
                }
                return try writer.append(events, to: append.id, replacing: found)
            }
        }
        var warnings = writer.takeWarnings() + (log.append(events).map { [$0] } ?? [])
        return zip(appends, records).map { append, record in
            guard let record else { return unknownPush(append.id) }
            defer { warnings = [] }
            return PushReceipt(record: record, location: .store, warnings: warnings)
        }
    }
}
