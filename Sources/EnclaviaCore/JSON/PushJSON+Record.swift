/// What makes a JSON record no record, beyond the types of its fields.
package enum RecordFault: Error, Hashable, Sendable {
    /// `reference` and its four parts disagree, or only some of them are there.
    case inconsistentReference
    /// A field is there, or missing, in a way that the outcome does not allow.
    case inconsistentOutcome(PushOutcome, field: String)
    /// A field breaks its grammar.
    case badField(String)
}

extension PushJSON {
    /// The record that this JSON describes.
    ///
    /// - Throws: ``RecordFault`` where fields contradict one another.
    package func record() throws(RecordFault) -> PushRecord {
        guard revision >= 1 else { throw .badField("revision") }
        guard notify.attempts >= 0 else { throw .badField("notify.attempts") }
        if let sizeBytes, sizeBytes < 0 { throw .badField("size_bytes") }
        return PushRecord(
            id: id, revision: revision,
            origin: origin.map { Origin(importedAt: $0.importedAt, host: $0.host) },
            destination: destination, backend: backend, reference: try imageReference(),
            localImage: localImage,
            image: localImageID.map {
                LocalImage(id: $0, revision: imageRevision, source: imageSource)
            },
            startedAt: startedAt, finishedAt: finishedAt, state: try state(),
            notify: notify.record, labels: labels, context: context.context,
            engine: try engineVersion(), cliVersion: cliVersion)
    }

    private func imageReference() throws(RecordFault) -> ImageReference? {
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

    private func engineVersion() throws(RecordFault) -> EngineVersion? {
        switch (engine.name, engine.version) {
        case (nil, nil): nil
        case (let name?, let version?): EngineVersion(name: name, version: version)
        default: throw .badField("engine")
        }
    }

    private func state() throws(RecordFault) -> PushState {
        let manifest = try manifest()
        switch (outcome, manifest, failure) {
        case (.succeeded, let manifest?, nil): return .succeeded(manifest)
        case (.succeeded, nil, _): throw .inconsistentOutcome(outcome, field: "digest")
        case (.failed, let manifest, let failure?):
            return .failed(failure, contradicted: manifest)
        case (.failed, _, nil): throw .inconsistentOutcome(outcome, field: "failure")
        case (.running, nil, nil): return .running
        case (.cancelled, nil, nil): return .cancelled
        case (.interrupted, nil, nil): return .interrupted
        case (_, _?, _): throw .inconsistentOutcome(outcome, field: "digest")
        default: throw .inconsistentOutcome(outcome, field: "failure")
        }
    }

    private func manifest() throws(RecordFault) -> PushedManifest? {
        guard let digest else { return nil }
        guard let pushedAt else { throw .inconsistentOutcome(outcome, field: "pushed_at") }
        return PushedManifest(
            digest: digest, mediaType: mediaType, isVerified: digestVerified,
            tagChange: tagChange, previousDigest: previousDigest, sizeBytes: sizeBytes,
            pushedAt: pushedAt)
    }
}
