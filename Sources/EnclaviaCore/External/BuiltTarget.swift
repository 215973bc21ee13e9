/// What the keys of one target say.
struct BuiltTarget {
    static let digestKey = "containerimage.digest"
    private static let descriptorKey = "containerimage.descriptor"
    private static let namesKey = "image.name"
    /// jib's.
    private static let jibDigestKey = "imageDigest"
    private static let jibImageIDKey = "imageId"
    private static let jibImageKey = "image"
    private static let jibTagsKey = "tags"

    /// The keys by which a target is told from an object of targets.
    static let ownKeys: Set<String> = [
        digestKey, descriptorKey, namesKey, "containerimage.config.digest", jibDigestKey,
        jibImageIDKey,
    ]

    /// Whether an object has the keys of a target.
    static func isTarget(_ object: KeyedDecodingContainer<MetadataKey>) -> Bool {
        object.allKeys.contains { ownKeys.contains($0.stringValue) }
    }

    private let path: [String]
    private let digestKey: String
    private let digest: String?
    /// The digest of the descriptor, if it is there beside another.
    private let described: String?
    private let names: (key: String, texts: [String])?
    /// The tags beside jib's image, each of which was pushed.
    private let tags: [String]

    init(_ object: KeyedDecodingContainer<MetadataKey>, path: [String]) throws {
        func text(_ key: String) throws -> String? {
            try object.decodeIfPresent(String.self, forKey: MetadataKey(key))
        }
        self.path = path
        let isJib = [Self.jibDigestKey, Self.jibImageIDKey].contains {
            object.contains(MetadataKey($0))
        }
        let descriptor = MetadataKey(Self.descriptorKey)
        described =
            object.contains(descriptor)
            ? try object.nestedContainer(keyedBy: MetadataKey.self, forKey: descriptor)
                .decodeIfPresent(String.self, forKey: MetadataKey("digest")) : nil
        if isJib {
            digestKey = Self.jibDigestKey
            digest = try text(Self.jibDigestKey)
            names = try text(Self.jibImageKey).map { (Self.jibImageKey, [$0]) }
            tags =
                try object.decodeIfPresent([String].self, forKey: MetadataKey(Self.jibTagsKey))
                ?? []
        } else {
            let own = try text(Self.digestKey)
            digestKey = own == nil && described != nil ? Self.descriptorKey : Self.digestKey
            digest = own ?? described
            let list = try text(Self.namesKey)
            names = list.map { list in
                let texts = list.split(separator: ",", omittingEmptySubsequences: false)
                return (Self.namesKey, texts.map(String.init))
            }
            tags = []
        }
    }

    /// The images, one for each name.
    ///
    /// - Parameter isAlone: whether there is no other target. One of several must have a name: they cannot all be
    ///   the one that the user names.
    /// - Throws: ``ExternalFault``.
    func images(isAlone: Bool) throws(ExternalFault) -> [ExternalImage] {
        guard let text = digest else { throw fault(digestKey, .missing) }
        guard let known = Digest(text) else { throw fault(digestKey, .badDigest(text)) }
        if let described, described != text {
            throw fault(Self.descriptorKey, .otherDigest(key: digestKey))
        }
        let place = ExternalPlace.key(path + [digestKey])
        guard let names, !names.texts.allSatisfy(\.isEmpty) else {
            guard isAlone else { throw fault(Self.namesKey, .missing) }
            guard tags.isEmpty else { throw fault(Self.jibImageKey, .missing) }
            return [ExternalImage(place: place, name: nil, digest: known)]
        }
        var images: [ExternalImage] = []
        for text in names.texts {
            guard let name = ExternalName(text) else { throw fault(names.key, .badName(text)) }
            for name in try tagged(name) {
                images.append(
                    ExternalImage(place: .key(path + [names.key]), name: name, digest: known))
            }
        }
        return images
    }

    private func tagged(_ name: ExternalName) throws(ExternalFault) -> [ExternalName] {
        if tags.isEmpty { return [name] }
        return try tags.map { tag throws(ExternalFault) in
            guard let tagged = name.tagged(tag) else {
                throw fault(Self.jibTagsKey, .badName(tag))
            }
            return tagged
        }
    }

    private func fault(_ key: String, _ reason: ExternalFault.Reason) -> ExternalFault {
        ExternalFault(.key(path + [key]), reason)
    }
}

/// Any key of a metadata file.
struct MetadataKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
