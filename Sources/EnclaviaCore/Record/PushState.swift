/// How far a push has come. A push that succeeded carries its manifest, one that failed its reason.
package enum PushState: Hashable, Sendable {
    case running
    case succeeded(PushedManifest)
    /// `contradicted` holds the manifest that the registry contradicted afterwards, or that is another image's.
    case failed(PushFailure, contradicted: PushedManifest?)
    /// A signal ended it before the digest was known.
    case cancelled
    /// Its process crashed before the digest was known, and did not record the end.
    case interrupted

    package var outcome: PushOutcome {
        switch self {
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .interrupted: .interrupted
        }
    }

    package var manifest: PushedManifest? {
        switch self {
        case .succeeded(let manifest): manifest
        case .failed(_, let contradicted): contradicted
        case .running, .cancelled, .interrupted: nil
        }
    }

    package var failure: PushFailure? {
        if case .failed(let failure, _) = self { failure } else { nil }
    }
}

/// What the registry recorded.
package struct PushedManifest: Hashable, Sendable {
    package let digest: Digest
    @Nullable package var mediaType: String?
    /// Whether the registry confirmed that digest.
    package var isVerified: Bool
    /// Compared with what the tag held just before the push; `nil` where that is unknown.
    @Nullable package var tagChange: TagChange?
    /// The source of what the tag held; `nil` in records of older versions, which did not query the registry.
    @Nullable package var tagChangeSource: TagChangeSource?
    /// What the tag held before.
    @Nullable package var previousDigest: Digest?
    /// The sum of the manifest's layers, in bytes.
    @Nullable package var sizeBytes: Int64?
    /// When the digest was recorded.
    package let pushedAt: Timestamp

    package init(
        digest: Digest, mediaType: String? = nil, isVerified: Bool = false,
        tagChange: TagChange? = nil, tagChangeSource: TagChangeSource? = nil,
        previousDigest: Digest? = nil, sizeBytes: Int64? = nil, pushedAt: Timestamp
    ) {
        self.digest = digest
        self.mediaType = mediaType
        self.isVerified = isVerified
        self.tagChange = tagChange
        self.tagChangeSource = tagChangeSource
        self.previousDigest = previousDigest
        self.sizeBytes = sizeBytes
        self.pushedAt = pushedAt
    }
}

/// What a push did to its tag.
package enum TagChange: String, Hashable, Sendable, Codable, CaseIterable {
    case created, unchanged, moved

    /// What a push of `new` does to a tag that held `old`, or nothing.
    package init(from old: Digest?, to new: Digest) {
        self = old == nil ? .created : old == new ? .unchanged : .moved
    }
}

/// The source of what a tag held before a push.
package enum TagChangeSource: String, Hashable, Sendable, Codable, CaseIterable {
    case registry
    /// This machine's succeeded pushes of the reference, where the registry could not be queried.
    case history
}

/// What a tag held just before a push.
package enum TagBefore: Hashable, Sendable {
    /// According to the registry; `nil` where it has no such tag.
    case registry(Digest?)
    /// According to the history, since the registry could not be queried.
    case history

    /// - Parameter digest: what the tag held according to `source`.
    package init(_ source: TagChangeSource?, _ digest: Digest?) {
        self = source == .registry ? .registry(digest) : .history
    }

    /// What the manifest of a push says that the tag held.
    package init(_ manifest: PushedManifest) {
        self.init(manifest.tagChangeSource, manifest.previousDigest)
    }

    /// ``TagChangeSource/registry`` where the registry said what the tag held; else `nil`.
    package var source: TagChangeSource? { self == .history ? nil : .registry }

    package var digest: Digest? {
        if case .registry(let digest) = self { digest } else { nil }
    }
}

/// The step at which a push failed.
package enum PushStage: String, Hashable, Sendable, Codable, CaseIterable {
    case authenticate, inspect, login, tag, push, verify
}

/// Why a push failed, with the message that its user read.
package struct PushFailure: Hashable, Sendable, Codable {
    package let stage: PushStage
    /// The kind in the table of exit codes, such as `engine_unavailable`.
    package let kind: String
    package let message: String

    package init(stage: PushStage, kind: String, message: String) {
        self.stage = stage
        self.kind = kind
        self.message = message
    }
}

// The coding in its event, and the values without known secrets; see HistoryEvent/without(_:).

extension PushedManifest: Codable, JSONDescribed {
    private enum CodingKeys: String, CodingKey {
        case digest
        case mediaType = "media_type"
        case isVerified = "digest_verified"
        case tagChange = "tag_change"
        case tagChangeSource = "tag_change_source"
        case previousDigest = "previous_digest"
        case sizeBytes = "size_bytes"
        case pushedAt = "pushed_at"
    }

    package static let jsonSchema = JSONSchema.object(
        [
            .init("digest", .digest), .init("media_type", .nullable(.text)),
            .init("digest_verified", .boolean),
            .init("tag_change", .nullable(.cases(of: TagChange.self))),
            .init("previous_digest", .nullable(.digest)),
            .init("size_bytes", .nullable(.count)), .init("pushed_at", .time),
        ],
        optional: [.init("tag_change_source", .nullable(.cases(of: TagChangeSource.self)))])

    func without(_ secrets: SecretScrubber) -> PushedManifest {
        var manifest = self
        manifest.mediaType = mediaType.map(secrets.scrub)
        return manifest
    }
}

extension PushState {
    func without(_ secrets: SecretScrubber) -> PushState {
        switch self {
        case .failed(let failure, let contradicted):
            .failed(failure.without(secrets), contradicted: contradicted?.without(secrets))
        case .succeeded(let manifest): .succeeded(manifest.without(secrets))
        case .running, .cancelled, .interrupted: self
        }
    }
}

extension PushFailure {
    fileprivate func without(_ secrets: SecretScrubber) -> PushFailure {
        PushFailure(stage: stage, kind: kind, message: secrets.scrub(message))
    }
}
