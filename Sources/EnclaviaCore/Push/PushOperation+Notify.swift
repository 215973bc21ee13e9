extension PushOperation {
    func warnOfMove(
        to digest: Digest, _ reference: ImageReference, in entry: any PushEntry
    ) async {
        guard let manifest = await entry.record.state.manifest, manifest.tagChange == .moved,
            let previous = manifest.previousDigest
        else { return }
        report(.warning(.tagMoved(reference, from: previous, to: digest)))
    }

    /// Notifies the backend, even of an unchanged digest: it is the push that starts a build.
    ///
    /// - Returns: why the notification failed; `nil` where it did not, or was not wanted.
    func notify(
        _ reference: ImageReference, _ digest: Digest, isWanted: Bool, _ turn: Notifier.Turn,
        in entry: any PushEntry
    ) async -> BackendError? {
        guard isWanted else {
            let skipped = NotifyRecord(
                outcome: .skipped, at: ports.system.now(), message: "not wanted")
            reportWarnings(of: await entry.append([.notified(skipped)]))
            return nil
        }
        report(.notifying)
        switch await Notifier(ports).send(entry, reference, digest, in: turn) {
        case .sent(let reply, let receipt):
            reportWarnings(of: receipt)
            return outcome(reply, receipt.record, reference)
        case .held:
            report(.warning(.notificationDeferred(reference)))
            return .unavailable(
                url: ports.backend.url,
                reason: "another push of the reference is still notifying it")
        case .superseded, .alreadySent, .unreadable:
            return nil
        case .cancelled:
            let error = BackendError.cancelled(url: ports.backend.url)
            report(.warning(.notNotified(error, willRetry: true)))
            return error
        }
    }

    /// Takes the turn while other pushes to the reference wait, so that the backend is notified in the order of the
    /// pushes.
    func takeTurn(
        for reference: ImageReference, isWanted: Bool
    ) async -> Notifier.Turn {
        guard isWanted else { return .taken(nil) }
        return await Notifier(ports).turn(
            for: reference, at: ports.backend.url, within: Notifier.longestOwnWait
        ) {
            report(.waitingToNotify(reference))
        }
    }

    private func outcome(
        _ reply: NotifyReply, _ record: PushRecord, _ reference: ImageReference
    ) -> BackendError? {
        switch reply.result {
        case .success(let response):
            report(.notified(response))
            // A user who has pushed to the tag before needs no hint.
            let change = record.state.manifest?.tagChange
            let isNew = change == .created || change == nil && PushJSON(record).isExternal
            if response.matched == 0, isNew { report(.noEnclaveWaiting(reference)) }
            return nil
        case .failure(let error):
            report(.warning(.notNotified(error, willRetry: record.notify.outcome == .pending)))
            return error
        }
    }

    /// The end of a push that failed or was cancelled, with all that was known of it by then.
    func failure(
        _ error: PushError, _ reference: ImageReference?, _ context: PushContext,
        in entry: any PushEntry
    ) async -> PushEnding {
        // Only a failure to verify contradicts the digest.
        let manifest = error.stage == .verify ? await entry.record.state.manifest : nil
        return PushEnding(
            PushState(error, contradicted: manifest, ports.errorMessage),
            at: ports.system.now(), reference: reference, context: context)
    }

    /// Records the end of the push and releases its lock.
    func finish(
        _ entry: any PushEntry, as ending: PushEnding, error: PushError? = nil,
        notifyError: BackendError? = nil, isUnsigned: Bool = false
    ) async -> PushResult {
        let receipt = await entry.finish(ending)
        reportWarnings(of: receipt)
        if case .spool(let path, let reason, let isVolatile) = receipt.location {
            report(.warning(.spooled(path: path, reason: reason, isVolatile: isVolatile)))
        }
        await entry.close()
        return PushResult(
            record: receipt.record, location: receipt.location, head: receipt.head, error: error,
            notifyError: notifyError, isUnsigned: isUnsigned)
    }
}

extension NotifyRecord {
    /// The record after a reply to a notification, before which `before` requests were sent.
    ///
    /// Without a final answer of the backend the outcome stays `pending`; a refusal makes it `failed`.
    package init(
        _ reply: NotifyReply, before: Int, at: Timestamp,
        errorMessage: PushErrorMessage
    ) {
        switch reply.result {
        case .success(let response):
            self.init(
                outcome: .delivered, at: at, attempts: before + reply.attempts, response: response)
        case .failure(let error):
            self.init(
                outcome: error.isUnavailable ? .pending : .failed, at: at,
                attempts: before + reply.attempts, message: errorMessage(.backend(error)).message)
        }
    }
}
