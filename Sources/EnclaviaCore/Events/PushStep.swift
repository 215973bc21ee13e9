/// What happened in a push, one case for each type of push event.
///
/// A record is the result of its steps: ``record(of:)`` of the first, then ``PushRecord/apply(_:)`` of each further
/// step, in order.
package enum PushStep: Hashable, Sendable {
    case started(PushStarted)
    case authenticated(PushAuthenticated)
    /// The image is tagged with its reference; carries what the tag held in the registry before. After a `pushed`,
    /// the pushed digest was another image's, and the push starts over.
    case tagged(TagBefore)
    case pushed(PushedManifest)
    case verified(PushVerified)
    case notified(NotifyRecord)
    /// The whole record as it was when the push ended.
    case finished(PushRecord)
    /// A whole record that was imported.
    case imported(PushRecord)
    /// A whole record that a reconciliation resolved: the push's process had crashed, or its digest proved to be
    /// wrong.
    case reconciled(PushRecord)
}

extension PushStep {
    /// The record that begins with this step; `nil` for a step that holds only a part of a record.
    package func record(of id: PushID) -> PushRecord? {
        switch self {
        case .started(let started): .started(started, by: id)
        case .finished(let whole), .imported(let whole), .reconciled(let whole): whole
        case .authenticated, .tagged, .pushed, .verified, .notified: nil
        }
    }

    /// Whether the step may be written together with the next one, because it can be repeated: the registry gives
    /// the same answer again, and a notification is sent again under the same key.
    package var canWait: Bool {
        switch self {
        case .verified, .notified: true
        case .started, .authenticated, .tagged, .pushed, .finished, .imported, .reconciled: false
        }
    }

    /// Whether the step adds anything to `record`, which other processes may have updated meanwhile.
    package func isNews(of record: PushRecord) -> Bool {
        switch self {
        case .notified(let new): record.notify.isSuperseded(by: new)
        // The push's own process may have written it since the record was read.
        case .verified: record.state.manifest?.isVerified != true
        case .started, .authenticated, .tagged, .pushed, .finished, .imported, .reconciled: true
        }
    }

    /// The step without any known secret, as ``HistoryEvent/without(_:)``.
    package func without(_ secrets: SecretScrubber) -> PushStep {
        switch self {
        case .started(let started): .started(started.without(secrets))
        case .authenticated(let known): .authenticated(known.without(secrets))
        // An imported record keeps its file's text, so that it is the same on every machine.
        case .tagged, .imported: self
        case .pushed(let manifest): .pushed(manifest.without(secrets))
        case .verified(let response): .verified(response.without(secrets))
        case .notified(let notified): .notified(notified.without(secrets))
        case .finished(let whole): .finished(whole.without(secrets))
        case .reconciled(let whole): .reconciled(whole.without(secrets))
        }
    }
}

extension PushRecord {
    /// The record of a push that has just begun.
    package static func started(_ step: PushStarted, by id: PushID) -> PushRecord {
        PushRecord(
            id: id, revision: 1, destination: step.destination, backend: step.backend,
            localImage: step.localImage, message: step.message, startedAt: step.startedAt,
            labels: step.labels,
            context: PushContext(host: step.host, user: step.user), cliVersion: step.cliVersion)
    }

    /// Applies one more step; `revision` grows by one, unless the step is an imported record.
    package mutating func apply(_ step: PushStep) {
        let before = revision
        switch step {
        case .started(let started):
            self = .started(started, by: id)
        case .authenticated(let known):
            reference = known.reference
            take(known.source)
            engine = known.engine
            context = known.context
        case .tagged(let before):
            startOver()
            tagBefore = before
        case .pushed(let manifest):
            state = .succeeded(manifest)
            tagBefore = TagBefore(manifest)
            if notify.outcome == nil { notify.outcome = .pending }
        case .verified(let response):
            guard case .succeeded(var manifest) = state else { break }
            manifest.isVerified = true
            manifest.mediaType = response.mediaType ?? manifest.mediaType
            manifest.sizeBytes = response.sizeBytes ?? manifest.sizeBytes
            state = .succeeded(manifest)
        case .notified(let notified):
            notify = notified
        case .finished(let whole), .reconciled(let whole):
            self = whole
        case .imported(let whole):
            self = whole
            return
        }
        revision = before + 1
    }

    private mutating func take(_ source: PushSource) {
        switch source {
        case .engine(let local):
            image = local
        case .registry(let digest, let labels):
            localImage = digest.description
            image = nil
            keptLabels = labels == .none ? nil : labels
        }
    }

    /// Drops a digest that turned out to be another image's.
    private mutating func startOver() {
        guard case .succeeded = state else { return }
        state = .running
        if notify.outcome == .pending { notify = .none }
    }
}
