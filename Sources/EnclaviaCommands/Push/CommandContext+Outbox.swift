import EnclaviaCore

extension CommandContext {
    /// Sends what earlier pushes could not, after a push that is done and could notify. Where the history
    /// could not be written for this one, there is nothing to be read for others.
    func sendPending(after result: PushResult, ports: PushPorts) async {
        guard result.error == nil, result.notifyError == nil,
            result.record.notify.outcome == .delivered, result.keeping == .store
        else { return }
        warn(await Outbox(ports).send(after: result.record, origin: adapters.stateOrigin()))
    }
}
