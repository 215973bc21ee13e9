/// The JSON shape of a push record, `schema_version` 1: what `push --json`, `history --json`,
/// `export` and the `finished` event show. Every key is present; `null` stands for what is unknown.
package struct PushJSON: Hashable, Sendable {
    package static let schemaVersion = 1

    /// The version that the record was written in, by a program that may be newer.
    package var writtenVersion: Int { version.written }

    private var version = Version()
    package var id: PushID
    package var revision: Int
    @Nullable package var origin: Origin?
    package var destination: String
    package var backend: String
    @Nullable package var reference: String?
    @Nullable package var registry: String?
    @Nullable package var owner: String?
    @Nullable package var repository: String?
    @Nullable package var tag: String?
    @Nullable package var message: String?
    package var localImage: String
    @Nullable package var localImageID: String?
    @Nullable package var imageRevision: String?
    @Nullable package var imageSource: String?
    @Nullable package var digest: Digest?
    @Nullable package var mediaType: String?
    @EmptyIfMissing package var digestVerified: Bool
    @Nullable package var tagChange: TagChange?
    @Nullable package var tagChangeSource: TagChangeSource?
    @Nullable package var previousDigest: Digest?
    @Nullable package var sizeBytes: Int64?
    package var startedAt: Timestamp
    @Nullable package var pushedAt: Timestamp?
    @Nullable package var finishedAt: Timestamp?
    package var outcome: PushOutcome
    @Nullable package var failure: PushFailure?
    @EmptyIfMissing package var notify: NotifyJSON
    @EmptyIfMissing package var labels: [String: String]
    @EmptyIfMissing package var context: PushContext
    @EmptyIfMissing package var engine: EngineJSON
    package var cliVersion: String

    package init(_ record: PushRecord) {
        let manifest = record.state.manifest
        id = record.id
        revision = record.revision
        origin = record.origin
        destination = record.destination
        backend = record.backend
        reference = record.reference?.description
        registry = record.reference?.registry
        owner = record.reference?.owner
        repository = record.reference?.repository
        tag = record.reference?.tag
        localImage = record.localImage
        localImageID = record.image?.id
        imageRevision = record.image?.revision ?? record.keptLabels?.revision
        imageSource = record.image?.source ?? record.keptLabels?.source
        message = record.message
        digest = manifest?.digest
        mediaType = manifest?.mediaType
        digestVerified = manifest?.isVerified ?? false
        tagChange = manifest?.tagChange
        tagChangeSource = manifest == nil ? record.tagBefore.source : manifest?.tagChangeSource
        previousDigest = manifest == nil ? record.tagBefore.digest : manifest?.previousDigest
        sizeBytes = manifest?.sizeBytes
        startedAt = record.startedAt
        pushedAt = manifest?.pushedAt
        finishedAt = record.finishedAt
        outcome = record.state.outcome
        failure = record.state.failure
        notify = NotifyJSON(record.notify)
        labels = record.labels
        context = record.context
        engine = EngineJSON(name: record.engine?.name, version: record.engine?.version)
        cliVersion = record.cliVersion
    }
}

extension PushJSON {
    /// The record that this JSON describes.
    ///
    /// - Throws: ``RecordFault`` where fields contradict one another.
    package func record() throws(RecordFault) -> PushRecord {
        guard (1...PushRecord.countLimit).contains(revision) else { throw .badField("revision") }
        guard (0...PushRecord.countLimit).contains(notify.attempts) else {
            throw .badField("notify.attempts")
        }
        if let matched = notify.matched, matched < 0 { throw .badField("notify.matched") }
        if let sizeBytes, sizeBytes < 0 { throw .badField("size_bytes") }
        let state = try state()
        try checkDependents()
        return PushRecord(
            id: id, revision: revision,
            origin: origin,
            destination: destination, backend: backend, reference: try imageReference(),
            localImage: localImage,
            image: localImageID.map {
                LocalImage(id: $0, revision: imageRevision, source: imageSource)
            },
            keptLabels: keptLabels, message: message, startedAt: startedAt,
            finishedAt: finishedAt, state: state,
            tagBefore: TagBefore(tagChangeSource, previousDigest),
            notify: notify.record, labels: labels, context: context,
            engine: try engineVersion(), cliVersion: cliVersion)
    }
}

extension PushJSON {
    /// Whether the image is one that the registry held already: the push kept it, or another tool had pushed it.
    /// Between the events `authenticated` and `pushed`, such a record has no digest yet.
    var isFromRegistry: Bool {
        localImageID == nil && Digest(localImage) != nil
            && (digest == nil || localImage == digest?.description)
    }

    /// Whether another tool made the push, which `enclavia record` recorded.
    package var isExternal: Bool {
        isFromRegistry && engine.name != nil && engine.version == nil
    }

    /// Whether the push kept what the registry held (`--tag-policy keep`).
    package var isKept: Bool { digest != nil && isFromRegistry && !isExternal }
}

extension PushJSON: Codable {
    /// Missing keys read as `null` or as empty, and unknown keys are ignored, so that records of older and newer
    /// versions of this schema are both read.
    private enum CodingKeys: String, CodingKey {
        case version = "schema_version"
        case id, revision, origin, destination, backend, reference, registry, owner, repository, tag
        case localImage = "local_image"
        case localImageID = "local_image_id"
        case imageRevision = "image_revision"
        case imageSource = "image_source"
        case digest
        case mediaType = "media_type"
        case digestVerified = "digest_verified"
        case tagChange = "tag_change"
        case tagChangeSource = "tag_change_source"
        case previousDigest = "previous_digest"
        case sizeBytes = "size_bytes"
        case startedAt = "started_at"
        case pushedAt = "pushed_at"
        case finishedAt = "finished_at"
        case outcome, failure, notify, labels, message, context, engine
        case cliVersion = "cli_version"
    }
}

extension PushJSON {
    /// `schema_version`: written as this program's, whatever it was read as.
    private struct Version: Hashable, Codable {
        let written: Int

        init() {
            written = schemaVersion
        }

        init(from decoder: any Decoder) throws {
            written = try decoder.singleValueContainer().decode(Int.self)
            guard written >= 1 else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "no such version: \(written)"))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(schemaVersion)
        }
    }
}

/// `engine` of a push record; both `null` until the engine has answered, and `version` for another tool's push.
package struct EngineJSON: Hashable, Sendable, Codable, EmptyInitializable {
    @Nullable package var name: String?
    @Nullable package var version: String?

    package init() {
        self.init(name: nil, version: nil)
    }

    package init(name: String?, version: String?) {
        self.name = name
        self.version = version
    }
}
