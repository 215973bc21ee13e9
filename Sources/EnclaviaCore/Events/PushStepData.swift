// The event data of a push's steps, except `started` and `authenticated`, which have files of their own.

extension TagBefore: Codable, JSONDescribed {
    private enum CodingKeys: String, CodingKey {
        case source = "tag_change_source"
        case digest = "previous_digest"
    }

    /// In events of older versions, which did not query the registry, both keys are missing.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try object.decodeIfPresent(TagChangeSource.self, forKey: .source),
            try object.decodeIfPresent(Digest.self, forKey: .digest))
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(source, forKey: .source)
        try object.encode(digest, forKey: .digest)
    }

    package static let jsonSchema = JSONSchema.object(
        [],
        optional: [
            .init("tag_change_source", .nullable(.cases(of: TagChangeSource.self))),
            .init(
                "previous_digest", .nullable(.digest),
                "What the tag pointed at in the registry, if the registry was queried."),
        ])
}

/// What the registry reported about the pushed digest.
package struct PushVerified: Hashable, Sendable {
    package let mediaType: String?
    package let sizeBytes: Int64?

    package init(mediaType: String?, sizeBytes: Int64?) {
        self.mediaType = mediaType
        self.sizeBytes = sizeBytes
    }

    package init(_ manifest: ManifestDescriptor) {
        self.init(mediaType: manifest.mediaType, sizeBytes: manifest.sizeBytes)
    }

    func without(_ secrets: SecretScrubber) -> PushVerified {
        PushVerified(mediaType: mediaType.map(secrets.scrub), sizeBytes: sizeBytes)
    }
}

extension PushVerified: Codable, JSONDescribed {
    private enum CodingKeys: String, CodingKey {
        case digestVerified = "digest_verified"
        case mediaType = "media_type"
        case sizeBytes = "size_bytes"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        mediaType = try object.decodeIfPresent(String.self, forKey: .mediaType)
        sizeBytes = try object.decodeIfPresent(Int64.self, forKey: .sizeBytes)
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(true, forKey: .digestVerified)
        try object.encode(mediaType, forKey: .mediaType)
        try object.encode(sizeBytes, forKey: .sizeBytes)
    }

    package static let jsonSchema = JSONSchema.object([
        .init("digest_verified", .truth(true)), .init("media_type", .nullable(.text)),
        .init("size_bytes", .nullable(.count)),
    ])
}

/// What became of the notification.
struct PushNotified: Codable, JSONDescribed {
    let notify: NotifyJSON

    init(_ record: NotifyRecord) {
        notify = NotifyJSON(record)
    }

    static let jsonSchema = JSONSchema.object([.init("notify", PushJSON.schema(of: "notify"))])
}

/// The whole record.
struct PushSnapshot: Codable, JSONDescribed {
    let push: PushJSON

    init(_ record: PushRecord) {
        push = PushJSON(record)
    }

    static let jsonSchema = JSONSchema.object([.init("push", PushJSON.schemaOfAnyVersion)])
}
