/// What happened in a push, one case for each type of push event.
///
/// A record is what its steps make of it: ``PushRecord/started(_:by:)`` and then
/// ``PushRecord/apply(_:)`` for each further step, in order.
package enum PushStep: Hashable, Sendable {
    case started(PushStarted)
    case authenticated(PushAuthenticated)
    /// The image has its name in the registry, whose tag held this before. After a `pushed`, that digest was of another image, and the
    /// push starts over.
    case tagged(TagBefore)
    case pushed(PushedManifest)
    case verified(PushVerified)
    case notified(NotifyRecord)
    /// The whole record as it was when the push ended.
    case finished(PushRecord)
    /// A whole record taken in from elsewhere.
    case imported(PushRecord)
    /// A whole record that was settled after its process had died.
    case reconciled(PushRecord)
}

/// What is known before anything leaves the machine.
package struct PushStarted: Hashable, Sendable {
    package let destination: String
    package let backend: String
    package let localImage: String
    package let labels: [String: String]
    package let message: String?
    package let startedAt: Timestamp
    package let host: String?
    package let user: String?
    package let cliVersion: String

    package init(
        destination: String, backend: String, localImage: String, labels: [String: String],
        message: String? = nil, startedAt: Timestamp, host: String?, user: String?,
        cliVersion: String
    ) {
        self.destination = destination
        self.backend = backend
        self.localImage = localImage
        self.labels = labels
        self.message = message
        self.startedAt = startedAt
        self.host = host
        self.user = user
        self.cliVersion = cliVersion
    }
}

/// What is known once backend, engine and working directory have been asked.
package struct PushAuthenticated: Hashable, Sendable {
    package let reference: ImageReference
    package let source: PushSource
    package let engine: EngineVersion
    package let context: PushContext

    package init(
        reference: ImageReference, source: PushSource, engine: EngineVersion, context: PushContext
    ) {
        self.reference = reference
        self.source = source
        self.engine = engine
        self.context = context
    }
}

/// Where the image of a push is.
package enum PushSource: Hashable, Sendable {
    case engine(LocalImage)
    /// The registry holds it already, and the policy keeps it.
    case registry(Digest, ImageLabels)
}

/// What the registry said of the pushed digest.
package struct PushVerified: Hashable, Sendable {
    package let mediaType: String?
    package let sizeBytes: Int64?

    package init(mediaType: String?, sizeBytes: Int64?) {
        self.mediaType = mediaType
        self.sizeBytes = sizeBytes
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

    /// Brings the record up to date with one more step; `revision` grows by one.
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
        case .verified(let answer):
            guard case .succeeded(var manifest) = state else { break }
            manifest.isVerified = true
            manifest.mediaType = answer.mediaType ?? manifest.mediaType
            manifest.sizeBytes = answer.sizeBytes ?? manifest.sizeBytes
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
