/// What makes a JSON record invalid, beyond the types of its fields.
package enum RecordFault: Error, Hashable, Sendable {
    /// `reference` and its four parts disagree, or only some of them are there.
    case inconsistentReference
    /// A field is present, or missing, in a way that the outcome does not allow.
    case inconsistentOutcome(PushOutcome, field: String)
    /// A field is present without the field that it depends on.
    case dependent(field: String, on: String)
    /// A newer program wrote it, in a format that may hold more.
    case newerVersion(Int)
    /// An object has the key twice.
    case repeatedKey(String)
    /// A field breaks its grammar.
    case badField(String)
}

extension PushRecord {
    /// The greatest revision and number of attempts: the greatest integer that every JSON reader holds exactly.
    package static let countLimit = 1 << 53 - 1
}

extension PushJSON {
    var keptLabels: ImageLabels? {
        guard isFromRegistry, imageRevision != nil || imageSource != nil else { return nil }
        return ImageLabels(revision: imageRevision, source: imageSource)
    }

    /// Rejects fields that a record cannot hold, which would otherwise be dropped silently.
    func checkDependents() throws(RecordFault) {
        let ofDigest = [
            ("media_type", mediaType != nil), ("digest_verified", digestVerified),
            ("tag_change", tagChange != nil), ("size_bytes", sizeBytes != nil),
            ("pushed_at", pushedAt != nil),
            // The registry may have been queried before the push for what the tag holds.
            ("tag_change_source", tagChangeSource == .history),
            ("previous_digest", previousDigest != nil && tagChangeSource != .registry),
        ]
        if digest == nil, let (field, _) = ofDigest.first(where: \.1) {
            throw .dependent(field: field, on: "digest")
        }
        let ofImage = [
            ("image_revision", imageRevision != nil), ("image_source", imageSource != nil),
        ]
        if localImageID == nil, !isFromRegistry, let (field, _) = ofImage.first(where: \.1) {
            throw .dependent(field: field, on: "local_image_id")
        }
        let ofAnswer = [
            ("notify.triggered", !notify.triggered.isEmpty),
            ("notify.staged", !notify.staged.isEmpty),
            ("notify.rejected_non_upgradable", !notify.rejectedNonUpgradable.isEmpty),
        ]
        if notify.matched == nil, let (field, _) = ofAnswer.first(where: \.1) {
            throw .dependent(field: field, on: "notify.matched")
        }
    }

    func imageReference() throws(RecordFault) -> ImageReference? {
        switch (reference, registry, owner, repository, tag) {
        case (nil, nil, nil, nil, nil):
            return nil
        case (let text?, let registry?, let owner?, let repository?, let tag?):
            let parts = ImageReference(
                registry: registry, owner: owner, repository: repository, tag: tag)
            guard ImageReference(text) == parts else { throw .inconsistentReference }
            return parts
        default:
            throw .inconsistentReference
        }
    }

    func engineVersion() throws(RecordFault) -> EngineVersion? {
        switch (engine.name, engine.version) {
        case (nil, nil): nil
        case (let name?, let version?): EngineVersion(name: name, version: version)
        case (let name?, nil) where isFromRegistry: EngineVersion(name: name, version: nil)
        default: throw .badField("engine")
        }
    }

    func state() throws(RecordFault) -> PushState {
        let manifest = try manifest()
        switch outcome {
        case .succeeded:
            guard let manifest else { throw .inconsistentOutcome(outcome, field: "digest") }
            guard failure == nil else { throw .inconsistentOutcome(outcome, field: "failure") }
            return .succeeded(manifest)
        case .failed:
            guard let failure else { throw .inconsistentOutcome(outcome, field: "failure") }
            return .failed(failure, contradicted: manifest)
        case .running:
            try checkWithoutResult()
            return .running
        case .cancelled:
            try checkWithoutResult()
            return .cancelled
        case .interrupted:
            try checkWithoutResult()
            return .interrupted
        }
    }

    /// Only a push that succeeded or failed has a digest or a failure.
    private func checkWithoutResult() throws(RecordFault) {
        guard digest == nil else { throw .inconsistentOutcome(outcome, field: "digest") }
        guard failure == nil else { throw .inconsistentOutcome(outcome, field: "failure") }
    }

    private func manifest() throws(RecordFault) -> PushedManifest? {
        guard let digest else { return nil }
        guard let pushedAt else { throw .inconsistentOutcome(outcome, field: "pushed_at") }
        return PushedManifest(
            digest: digest, mediaType: mediaType, isVerified: digestVerified,
            tagChange: tagChange, tagChangeSource: tagChangeSource, previousDigest: previousDigest,
            sizeBytes: sizeBytes, pushedAt: pushedAt)
    }
}
