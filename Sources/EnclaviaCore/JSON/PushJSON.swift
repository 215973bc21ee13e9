/// The JSON shape of a push record, `schema_version` 1: what `push --json`, `history --json`,
/// `export` and the `finished` event show. Every key is present; `null` stands for what is unknown.
package struct PushJSON: Hashable, Sendable {
    package static let schemaVersion = 1

    /// The version that the record was written in, by a program that may be newer.
    package private(set) var writtenVersion = schemaVersion
    package var id: PushID
    package var revision: Int
    package var origin: OriginJSON?
    package var destination: String
    package var backend: String
    package var reference: String?
    package var registry: String?
    package var owner: String?
    package var repository: String?
    package var tag: String?
    package var message: String?
    package var localImage: String
    package var localImageID: String?
    package var imageRevision: String?
    package var imageSource: String?
    package var digest: Digest?
    package var mediaType: String?
    package var digestVerified: Bool
    package var tagChange: TagChange?
    package var tagChangeSource: TagChangeSource?
    package var previousDigest: Digest?
    package var sizeBytes: Int64?
    package var startedAt: Timestamp
    package var pushedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var outcome: PushOutcome
    package var failure: PushFailure?
    package var notify: NotifyJSON
    package var labels: [String: String]
    package var context: ContextJSON
    package var engine: EngineJSON
    package var cliVersion: String

    package init(_ record: PushRecord) {
        let manifest = record.state.manifest
        id = record.id
        revision = record.revision
        origin = record.origin.map(OriginJSON.init)
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
        context = ContextJSON(record.context)
        engine = EngineJSON(name: record.engine?.name, version: record.engine?.version)
        cliVersion = record.cliVersion
    }
}

extension PushJSON {
    /// Whether the push kept what the registry held (`--tag-policy keep`).
    package var isKept: Bool {
        localImageID == nil && digest != nil && localImage == digest?.description
    }
}

extension PushJSON: Codable {
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion = "schema_version"
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

    /// Keys that are missing read as `null`, and keys that are unknown are passed over, so that
    /// records of older and newer versions of this schema are both read.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        let version = try object.decode(Int.self, forKey: .schemaVersion)
        guard version >= 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .schemaVersion, in: object, debugDescription: "no such version: \(version)")
        }
        writtenVersion = version
        id = try object.decode(PushID.self, forKey: .id)
        revision = try object.decode(Int.self, forKey: .revision)
        origin = try object.decodeIfPresent(OriginJSON.self, forKey: .origin)
        destination = try object.decode(String.self, forKey: .destination)
        backend = try object.decode(String.self, forKey: .backend)
        reference = try object.decodeIfPresent(String.self, forKey: .reference)
        registry = try object.decodeIfPresent(String.self, forKey: .registry)
        owner = try object.decodeIfPresent(String.self, forKey: .owner)
        repository = try object.decodeIfPresent(String.self, forKey: .repository)
        tag = try object.decodeIfPresent(String.self, forKey: .tag)
        localImage = try object.decode(String.self, forKey: .localImage)
        localImageID = try object.decodeIfPresent(String.self, forKey: .localImageID)
        imageRevision = try object.decodeIfPresent(String.self, forKey: .imageRevision)
        imageSource = try object.decodeIfPresent(String.self, forKey: .imageSource)
        digest = try object.decodeIfPresent(Digest.self, forKey: .digest)
        mediaType = try object.decodeIfPresent(String.self, forKey: .mediaType)
        digestVerified = try object.decodeIfPresent(Bool.self, forKey: .digestVerified) ?? false
        tagChange = try object.decodeIfPresent(TagChange.self, forKey: .tagChange)
        tagChangeSource = try object.decodeIfPresent(
            TagChangeSource.self, forKey: .tagChangeSource)
        previousDigest = try object.decodeIfPresent(Digest.self, forKey: .previousDigest)
        sizeBytes = try object.decodeIfPresent(Int64.self, forKey: .sizeBytes)
        startedAt = try object.decode(Timestamp.self, forKey: .startedAt)
        pushedAt = try object.decodeIfPresent(Timestamp.self, forKey: .pushedAt)
        finishedAt = try object.decodeIfPresent(Timestamp.self, forKey: .finishedAt)
        outcome = try object.decode(PushOutcome.self, forKey: .outcome)
        failure = try object.decodeIfPresent(PushFailure.self, forKey: .failure)
        notify =
            try object.decodeIfPresent(NotifyJSON.self, forKey: .notify) ?? NotifyJSON(.none)
        message = try object.decodeIfPresent(String.self, forKey: .message)
        labels = try object.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        context =
            try object.decodeIfPresent(ContextJSON.self, forKey: .context)
            ?? ContextJSON(PushContext())
        engine =
            try object.decodeIfPresent(EngineJSON.self, forKey: .engine)
            ?? EngineJSON(name: nil, version: nil)
        cliVersion = try object.decode(String.self, forKey: .cliVersion)
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(Self.schemaVersion, forKey: .schemaVersion)
        try object.encode(id, forKey: .id)
        try object.encode(revision, forKey: .revision)
        try object.encode(origin, forKey: .origin)
        try object.encode(destination, forKey: .destination)
        try object.encode(backend, forKey: .backend)
        try object.encode(reference, forKey: .reference)
        try object.encode(registry, forKey: .registry)
        try object.encode(owner, forKey: .owner)
        try object.encode(repository, forKey: .repository)
        try object.encode(tag, forKey: .tag)
        try object.encode(localImage, forKey: .localImage)
        try object.encode(localImageID, forKey: .localImageID)
        try object.encode(imageRevision, forKey: .imageRevision)
        try object.encode(imageSource, forKey: .imageSource)
        try object.encode(digest, forKey: .digest)
        try object.encode(mediaType, forKey: .mediaType)
        try object.encode(digestVerified, forKey: .digestVerified)
        try object.encode(tagChange, forKey: .tagChange)
        try object.encode(tagChangeSource, forKey: .tagChangeSource)
        try object.encode(previousDigest, forKey: .previousDigest)
        try object.encode(sizeBytes, forKey: .sizeBytes)
        try object.encode(startedAt, forKey: .startedAt)
        try object.encode(pushedAt, forKey: .pushedAt)
        try object.encode(finishedAt, forKey: .finishedAt)
        try object.encode(outcome, forKey: .outcome)
        try object.encode(failure, forKey: .failure)
        try object.encode(notify, forKey: .notify)
        try object.encode(message, forKey: .message)
        try object.encode(labels, forKey: .labels)
        try object.encode(context, forKey: .context)
        try object.encode(engine, forKey: .engine)
        try object.encode(cliVersion, forKey: .cliVersion)
    }
}
