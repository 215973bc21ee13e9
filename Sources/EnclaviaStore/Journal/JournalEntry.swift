import EnclaviaCore
import GRDB
import Synchronization

/// A push that is being recorded, on the store's own thread.
final class JournalEntry: PushEntry {
    let id: PushID
    private let writer: StoreWriter
    private let core: Mutex<EntryCore>

    init(_ core: EntryCore) {
        id = core.id
        writer = core.writer
        self.core = Mutex(core)
    }

    var record: PushRecord {
        get async { core.withLock { $0.record } }
    }

    var keeping: RecordKeeping {
        get async { core.withLock { $0.keeping } }
    }

    func append(_ steps: [PushStep]) async -> PushReceipt {
        await perform(count: steps.count) { _, _ in steps }
    }

    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, at moment: Timestamp
    ) async -> PushReceipt {
        await perform(
            count: 1,
            PushedPlan.plan(digest, mediaType: mediaType, sizeBytes: sizeBytes, at: moment))
    }

    func finish(_ ending: PushEnding) async -> PushReceipt {
        await perform(count: 1) { record, _ in [.finished(record.ended(ending))] }
    }

    func close() async {
        await writer.run { self.core.withLock { $0.close() } }
    }

    private func perform(count: Int, _ plan: @escaping StepPlan) async -> PushReceipt {
        await writer.run {
            self.core.withLock { core in
                core.perform(count: count, plan)
                return core.receipt()
            }
        }
    }
}

/// The `pushed` step, with what the push did to its tag as the database knows it at that moment.
enum PushedPlan {
    static func plan(
        _ digest: Digest, mediaType: String?, sizeBytes: Int64?, at moment: Timestamp
    ) -> StepPlan {
        { record, db in
            let before = try db.flatMap { try TagHistory(record, $0) }
            return [
                .pushed(
                    PushedManifest(
                        digest: digest, mediaType: mediaType,
                        tagChange: before?.change(to: digest),
                        previousDigest: before?.digest, sizeBytes: sizeBytes, pushedAt: moment))
            ]
        }
    }
}

/// What a push's tag pointed at before, by this machine's succeeded pushes of the reference.
struct TagHistory {
    let digest: Digest?

    /// `nil` where the record has no reference yet.
    init?(_ record: PushRecord, _ db: Database) throws {
        guard let reference = record.reference else { return nil }
        let sql = """
            SELECT digest FROM push
            WHERE reference = ? AND outcome = 'succeeded' AND origin_imported_at IS NULL AND id <> ?
            ORDER BY pushed_at DESC, id DESC LIMIT 1
            """
        let text = try String.fetchOne(
            db.cachedStatement(sql: sql), arguments: [reference.description, record.id.text])
        digest = text.flatMap { Digest($0) }
    }

    func change(to digest: Digest) -> TagChange {
        guard let before = self.digest else { return .created }
        return before == digest ? .unchanged : .moved
    }
}
