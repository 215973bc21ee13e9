import EnclaviaCore
import GRDB
import Synchronization

/// A push that is being recorded, on the store's own thread.
final class StorePushEntry: PushEntry {
    let id: PushID
    private let writer: StoreWriter
    private let recorder: Mutex<PushRecorder>

    init(_ recorder: PushRecorder) {
        id = recorder.id
        writer = recorder.writer
        self.recorder = Mutex(recorder)
    }

    var record: PushRecord {
        get async { recorder.withLock { $0.record } }
    }

    var location: RecordLocation {
        get async { recorder.withLock { $0.location } }
    }

    func append(_ steps: [PushStep]) async -> PushReceipt {
        if steps.count == 1, let step = steps.first, step.canWait {
            return recorder.withLock { recorder in
                recorder.wait(with: step)
                return recorder.receipt()
            }
        }
        return await perform(count: steps.count) { _, _ in steps }
    }

    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp
    ) async -> PushReceipt {
        await perform(
            count: 1,
            pushedStep(
                digest, mediaType: mediaType, sizeBytes: sizeBytes, after: before, at: moment))
    }

    func finish(_ ending: PushEnding) async -> PushReceipt {
        await perform(count: 1) { record, _ in [.finished(record.ended(ending))] }
    }

    func close() async {
        await writer.run { self.recorder.withLock { $0.close() } }
    }

    private func perform(count: Int, _ builder: @escaping StepBuilder) async -> PushReceipt {
        await writer.run {
            self.recorder.withLock { recorder in
                let system = recorder.system
                recorder.perform((0..<count).map { _ in EventMetadata(system) }, builder)
                return recorder.receipt()
            }
        }
    }
}

/// Builds the `pushed` step, with the change of the push's tag as the registry reported it, else as the database
/// shows it in the transaction.
func pushedStep(
    _ digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
    at moment: Timestamp
) -> StepBuilder {
    { record, db in
        var manifest = PushedManifest(
            digest: digest, mediaType: mediaType, sizeBytes: sizeBytes, pushedAt: moment)
        switch before {
        case .registry(let held):
            manifest.tagChangeSource = .registry
            manifest.previousDigest = held
            manifest.tagChange = TagChange(from: held, to: digest)
        case .history:
            guard let db, let reference = record.reference else { break }
            let known = try TagHistory(reference, besides: record.id, db)
            manifest.tagChangeSource = .history
            manifest.previousDigest = known.digest
            manifest.tagChange = TagChange(from: known.digest, to: digest)
        }
        return [.pushed(manifest)]
    }
}

/// What a push's tag pointed at before, by this machine's succeeded pushes of the reference.
struct TagHistory {
    let digest: Digest?

    /// - Parameter push: is left out.
    init(_ reference: ImageReference, besides push: PushID, _ db: Database) throws {
        let sql = """
            SELECT digest FROM push
            WHERE reference = ? AND outcome = 'succeeded' AND origin_imported_at IS NULL AND id <> ?
            ORDER BY \(PushPlace.newestFirst()) LIMIT 1
            """
        let text = try String.fetchOne(
            db.cachedStatement(sql: sql), arguments: [reference.description, push.text])
        digest = text.flatMap { Digest($0) }
    }
}

extension PushedManifest {
    /// Takes the change of the tag from the history, unless that has no earlier push of the reference: another tool
    /// may have made some, so the tag need not be new.
    mutating func take(_ known: TagHistory) {
        guard let previous = known.digest else { return }
        tagChangeSource = .history
        previousDigest = previous
        tagChange = TagChange(from: previous, to: digest)
    }
}
