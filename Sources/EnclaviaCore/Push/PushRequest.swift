/// The parameters of a push.
package struct PushRequest: Sendable {
    package let localImage: String
    package let destination: Destination
    package let labels: [String: String]
    /// The reason for the push.
    package let message: String?
    package let policies: TagPolicyRules
    /// The greatest number of retries after temporary failures.
    package let retries: Int
    /// Whether the backend is notified.
    package let notifies: Bool
    package let cliVersion: String

    package init(
        localImage: String, destination: Destination, labels: [String: String],
        message: String? = nil, policies: TagPolicyRules = TagPolicyRules(.move), retries: Int = 1,
        notifies: Bool, cliVersion: String
    ) {
        self.localImage = localImage
        self.destination = destination
        self.labels = labels
        self.message = message
        self.policies = policies
        self.retries = retries
        self.notifies = notifies
        self.cliVersion = cliVersion
    }
}

/// The result of a push.
package struct PushResult: Sendable {
    package let record: PushRecord
    package let location: RecordLocation
    /// The hash of the event that recorded the result, 64 hexadecimal digits; `nil` where no event is in the store.
    package let head: String?
    /// Why it failed; `nil` for a push that succeeded, whatever became of its notification.
    package let error: PushError?
    /// Why the notification failed; `nil` where it did not, or was not wanted.
    package let notifyError: BackendError?
    /// Whether the image should have been signed, and the engine failed after it had pushed it.
    package let isUnsigned: Bool

    package init(
        record: PushRecord, location: RecordLocation, head: String? = nil,
        error: PushError? = nil, notifyError: BackendError? = nil, isUnsigned: Bool = false
    ) {
        self.record = record
        self.location = location
        self.head = head
        self.error = error
        self.notifyError = notifyError
        self.isUnsigned = isUnsigned
    }
}

/// The services that a push uses.
package struct PushPorts: Sendable {
    package let engine: any ImageEngine
    package let backend: any Backend
    package let registry: any Registry
    package let journal: any PushJournal
    package let locks: any ReferenceLocks
    package let context: any ContextProbe
    package let commits: any CommitGraph
    package let system: any SystemEnvironment
    package let errorMessage: PushErrorMessage

    package init(
        engine: any ImageEngine, backend: any Backend, registry: any Registry,
        journal: any PushJournal, locks: any ReferenceLocks, context: any ContextProbe,
        commits: any CommitGraph, system: any SystemEnvironment,
        errorMessage: @escaping PushErrorMessage
    ) {
        self.engine = engine
        self.backend = backend
        self.registry = registry
        self.journal = journal
        self.locks = locks
        self.context = context
        self.commits = commits
        self.system = system
        self.errorMessage = errorMessage
    }
}

/// Turns an error into the kind and the message that the record keeps.
package typealias PushErrorMessage = @Sendable (PushError) -> (kind: String, message: String)

extension PushState {
    /// The end of a push that failed, or was cancelled, for that reason.
    ///
    /// - Parameter manifest: what the registry contradicts.
    init(
        _ error: PushError, contradicted manifest: PushedManifest? = nil,
        _ errorMessage: PushErrorMessage
    ) {
        guard let stage = error.stage else {
            self = .cancelled
            return
        }
        let (kind, message) = errorMessage(error)
        self = .failed(
            PushFailure(stage: stage, kind: kind, message: message), contradicted: manifest)
    }
}

/// Why a push failed, and at which of its stages.
package enum PushError: Error, Hashable, Sendable {
    case destination(DestinationError)
    case backend(BackendError)
    case engine(EngineError, stage: PushStage)
    /// A query to the registry failed, or contradicted the digest; `stage` says at which step.
    case registry(RegistryError, stage: PushStage)
    /// The policy of the tag forbids the push; nothing was sent.
    case policy(TagPolicyViolation)
    /// The engine reported no digest, and the registry does not hold this image under the tag.
    case noDigest(reference: String)
    /// The registry holds something else under the digest that the engine reported.
    case contradicted(reference: String, digest: Digest, actual: Digest)
    /// The engine pushed another image than the one with the id `image`, twice.
    case otherImage(reference: String, digest: Digest, image: String)
    /// It was interrupted, and the registry does not hold the image under the tag.
    case neverArrived(ImageReference)
    /// A signal ended it before the digest was known.
    case cancelled

    package var stage: PushStage? {
        switch self {
        case .destination, .backend: .authenticate
        case .engine(_, let stage): stage
        case .registry(_, let stage): stage
        case .policy: .tag
        case .noDigest, .neverArrived: .push
        case .contradicted, .otherImage: .verify
        case .cancelled: nil
        }
    }
}
