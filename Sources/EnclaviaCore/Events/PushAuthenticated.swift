/// What is known once the backend, the engine and the working directory have been queried.
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

    func without(_ secrets: SecretScrubber) -> PushAuthenticated {
        PushAuthenticated(
            reference: reference, source: source.without(secrets), engine: engine.without(secrets),
            context: context.without(secrets))
    }
}

extension PushAuthenticated: Codable, JSONDescribed {
    private enum CodingKeys: String, CodingKey {
        case reference, engine, context
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        let text = try object.decode(String.self, forKey: .reference)
        guard let reference = ImageReference(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .reference, in: object, debugDescription: "not a reference: \(text)")
        }
        self.reference = reference
        source = try PushSource(from: decoder)
        engine = try object.decode(EngineVersion.self, forKey: .engine)
        context = try object.decode(PushContext.self, forKey: .context)
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(reference.description, forKey: .reference)
        try source.encode(to: encoder)
        try object.encode(engine, forKey: .engine)
        try object.encode(context, forKey: .context)
    }

    package static let jsonSchema = JSONSchema.object(
        [
            .init("reference", .text), .init("local_image_id", .nullable(.text)),
            .init("image_revision", .nullable(.text)), .init("image_source", .nullable(.text)),
            .init("engine", .object([.init("name", .text), .init("version", .nullable(.text))])),
            .init("context", PushJSON.schema(of: "context")),
        ],
        optional: [
            .init(
                "local_image", .nullable(.digest),
                "For an image that the registry held already, which the push keeps or another tool pushed: its digest."
            )
        ])
}

/// Where the image of a push is.
package enum PushSource: Hashable, Sendable {
    case engine(LocalImage)
    /// The registry holds it already: the policy keeps it, or another tool has pushed it.
    case registry(Digest, ImageLabels)

    func without(_ secrets: SecretScrubber) -> PushSource {
        switch self {
        case .engine(let image): .engine(image.without(secrets))
        case .registry(let digest, let labels): .registry(digest, labels.without(secrets))
        }
    }
}

/// Keys of the record, among those of ``PushAuthenticated``.
extension PushSource: Codable {
    private enum CodingKeys: String, CodingKey {
        case localImage = "local_image"
        case localImageID = "local_image_id"
        case imageRevision = "image_revision"
        case imageSource = "image_source"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        let labels = ImageLabels(
            revision: try object.decodeIfPresent(String.self, forKey: .imageRevision),
            source: try object.decodeIfPresent(String.self, forKey: .imageSource))
        if let kept = try object.decodeIfPresent(Digest.self, forKey: .localImage) {
            self = .registry(kept, labels)
        } else {
            self = .engine(
                LocalImage(
                    id: try object.decode(String.self, forKey: .localImageID),
                    revision: labels.revision, source: labels.source))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        let (kept, id, labels): (Digest?, String?, ImageLabels) =
            switch self {
            case .engine(let image):
                (nil, image.id, ImageLabels(revision: image.revision, source: image.source))
            case .registry(let digest, let labels): (digest, nil, labels)
            }
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(kept, forKey: .localImage)
        try object.encode(id, forKey: .localImageID)
        try object.encode(labels.revision, forKey: .imageRevision)
        try object.encode(labels.source, forKey: .imageSource)
    }
}
