import EnclaviaCore
import EnclaviaStore

extension RealStore {
    /// Records a push of this machine that fails.
    ///
    /// - Parameter isKnown: whether its reference is known.
    func fail(
        _ record: PushRecord, kind: String, message: String, isKnown: Bool = true
    ) async {
        let entry = await begin(record)
        let failure = PushFailure(stage: .push, kind: kind, message: message)
        await entry.finish(
            PushEnding(
                .failed(failure, contradicted: nil),
                at: record.finishedAt ?? record.startedAt,
                reference: isKnown ? record.reference : nil, context: record.context))
        await entry.close()
    }
}
