/// The `data` of a push event: `push_id` and what that step adds to the record, under the record's
/// own keys. `finished`, `imported` and `reconciled` carry the whole record under `push`.
struct PushStepJSON: Encodable {
    let id: PushID
    let step: PushStep

    init(_ id: PushID, _ step: PushStep) {
        self.id = id
        self.step = step
    }

    private enum CodingKeys: String, CodingKey {
        case pushID = "push_id"
        case push, destination, backend, reference, labels, message, context, digest, notify, host,
            user
        case localImage = "local_image"
        case localImageID = "local_image_id"
        case imageRevision = "image_revision"
        case imageSource = "image_source"
        case engine
        case startedAt = "started_at"
        case cliVersion = "cli_version"
        case tagChange = "tag_change"
        case tagChangeSource = "tag_change_source"
        case previousDigest = "previous_digest"
        case pushedAt = "pushed_at"
        case mediaType = "media_type"
        case sizeBytes = "size_bytes"
        case digestVerified = "digest_verified"
    }

    func encode(to encoder: any Encoder) throws {
        var data = encoder.container(keyedBy: CodingKeys.self)
        try data.encode(id, forKey: .pushID)
        switch step {
        case .started(let step):
            try data.encode(step.destination, forKey: .destination)
            try data.encode(step.backend, forKey: .backend)
            try data.encode(step.localImage, forKey: .localImage)
            try data.encode(step.labels, forKey: .labels)
            try data.encode(step.message, forKey: .message)
            try data.encode(step.startedAt, forKey: .startedAt)
            try data.encode(step.host, forKey: .host)
            try data.encode(step.user, forKey: .user)
            try data.encode(step.cliVersion, forKey: .cliVersion)
        case .authenticated(let step):
            try data.encode(step.reference.description, forKey: .reference)
            try encode(step.source, into: &data)
            try data.encode(step.engine, forKey: .engine)
            try data.encode(step.context, forKey: .context)
        case .tagged(let before):
            try data.encode(before.source, forKey: .tagChangeSource)
            try data.encode(before.digest, forKey: .previousDigest)
        case .pushed(let manifest):
            try data.encode(manifest.digest, forKey: .digest)
            try data.encode(manifest.mediaType, forKey: .mediaType)
            try data.encode(manifest.isVerified, forKey: .digestVerified)
            try data.encode(manifest.tagChange, forKey: .tagChange)
            try data.encode(manifest.tagChangeSource, forKey: .tagChangeSource)
            try data.encode(manifest.previousDigest, forKey: .previousDigest)
            try data.encode(manifest.sizeBytes, forKey: .sizeBytes)
            try data.encode(manifest.pushedAt, forKey: .pushedAt)
        case .verified(let step):
            try data.encode(true, forKey: .digestVerified)
            try data.encode(step.mediaType, forKey: .mediaType)
            try data.encode(step.sizeBytes, forKey: .sizeBytes)
        case .notified(let notify):
            try data.encode(NotifyJSON(notify), forKey: .notify)
        case .finished(let record), .imported(let record), .reconciled(let record):
            try data.encode(PushJSON(record), forKey: .push)
        }
    }

    private func encode(
        _ source: PushSource, into data: inout KeyedEncodingContainer<CodingKeys>
    ) throws {
        let (kept, id, labels): (Digest?, String?, ImageLabels) =
            switch source {
            case .engine(let image):
                (nil, image.id, ImageLabels(revision: image.revision, source: image.source))
            case .registry(let digest, let labels): (digest, nil, labels)
            }
        try data.encode(kept, forKey: .localImage)
        try data.encode(id, forKey: .localImageID)
        try data.encode(labels.revision, forKey: .imageRevision)
        try data.encode(labels.source, forKey: .imageSource)
    }

    private static func source(
        _ data: KeyedDecodingContainer<CodingKeys>
    ) throws -> PushSource {
        let labels = ImageLabels(
            revision: try data.decodeIfPresent(String.self, forKey: .imageRevision),
            source: try data.decodeIfPresent(String.self, forKey: .imageSource))
        if let kept = try data.decodeIfPresent(Digest.self, forKey: .localImage) {
            return .registry(kept, labels)
        }
        return .engine(
            LocalImage(
                id: try data.decode(String.self, forKey: .localImageID),
                revision: labels.revision, source: labels.source))
    }

    init(type: EventType, from decoder: any Decoder) throws {
        let data = try decoder.container(keyedBy: CodingKeys.self)
        id = try data.decode(PushID.self, forKey: .pushID)
        switch type {
        case .pushStarted:
            step = .started(
                PushStarted(
                    destination: try data.decode(String.self, forKey: .destination),
                    backend: try data.decode(String.self, forKey: .backend),
                    localImage: try data.decode(String.self, forKey: .localImage),
                    labels: try data.decode([String: String].self, forKey: .labels),
                    message: try data.decodeIfPresent(String.self, forKey: .message),
                    startedAt: try data.decode(Timestamp.self, forKey: .startedAt),
                    host: try data.decodeIfPresent(String.self, forKey: .host),
                    user: try data.decodeIfPresent(String.self, forKey: .user),
                    cliVersion: try data.decode(String.self, forKey: .cliVersion)))
        case .pushAuthenticated:
            let text = try data.decode(String.self, forKey: .reference)
            guard let reference = ImageReference(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .reference, in: data, debugDescription: "not a reference: \(text)")
            }
            step = .authenticated(
                PushAuthenticated(
                    reference: reference,
                    source: try Self.source(data),
                    engine: try data.decode(EngineVersion.self, forKey: .engine),
                    context: try data.decode(PushContext.self, forKey: .context)))
        case .pushTagged:
            step = .tagged(
                TagBefore(
                    try data.decodeIfPresent(TagChangeSource.self, forKey: .tagChangeSource),
                    try data.decodeIfPresent(Digest.self, forKey: .previousDigest)))
        case .pushPushed:
            step = .pushed(
                PushedManifest(
                    digest: try data.decode(Digest.self, forKey: .digest),
                    mediaType: try data.decodeIfPresent(String.self, forKey: .mediaType),
                    isVerified: try data.decode(Bool.self, forKey: .digestVerified),
                    tagChange: try data.decodeIfPresent(TagChange.self, forKey: .tagChange),
                    tagChangeSource: try data.decodeIfPresent(
                        TagChangeSource.self, forKey: .tagChangeSource),
                    previousDigest: try data.decodeIfPresent(Digest.self, forKey: .previousDigest),
                    sizeBytes: try data.decodeIfPresent(Int64.self, forKey: .sizeBytes),
                    pushedAt: try data.decode(Timestamp.self, forKey: .pushedAt)))
        case .pushVerified:
            step = .verified(
                PushVerified(
                    mediaType: try data.decodeIfPresent(String.self, forKey: .mediaType),
                    sizeBytes: try data.decodeIfPresent(Int64.self, forKey: .sizeBytes)))
        case .pushNotified:
            step = .notified(try data.decode(NotifyJSON.self, forKey: .notify).record)
        case .pushFinished, .pushImported, .historyReconciled:
            let record = try data.decode(PushJSON.self, forKey: .push).record()
            step =
                switch type {
                case .pushFinished: .finished(record)
                case .pushImported: .imported(record)
                default: .reconciled(record)
                }
        case .historyPruned, .authLogin, .authLogout:
            throw DecodingError.dataCorruptedError(
                forKey: .pushID, in: data, debugDescription: "not a push event: \(type.rawValue)")
        }
    }
}
