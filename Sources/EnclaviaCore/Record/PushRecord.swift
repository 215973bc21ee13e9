/// All that is known of one push.
package struct PushRecord: Hashable, Sendable {
    package let id: PushID
    /// The number of events that this record is made of; a higher one is newer.
    package var revision: Int
    /// Where the record was imported from; `nil` for a push of this machine.
    package var origin: Origin?
    /// The destination as typed.
    package var destination: String
    /// The backend's URL.
    package var backend: String
    /// `nil` until the backend has named the registry and the caller's namespace.
    package var reference: ImageReference?
    /// The local image as typed.
    package var localImage: String
    /// What the engine reported about the local image; `nil` until it has responded.
    package var image: LocalImage?
    /// The labels of an image that the registry held already, since the push kept it (`--tag-policy keep`) or
    /// another tool had pushed it; `nil` where it has none. Such a record's ``localImage`` is the digest, and
    /// ``image`` is `nil`.
    package var keptLabels: ImageLabels?
    /// The reason given with `--message`.
    package var message: String?
    package var startedAt: Timestamp
    /// `nil` while the push runs, and for one that was interrupted.
    package var finishedAt: Timestamp?
    package var state: PushState
    /// What the tag held before the push; the manifest determines it once there is one.
    package var tagBefore: TagBefore
    package var notify: NotifyRecord
    /// The labels given with `--label`.
    package var labels: [String: String]
    package var context: PushContext
    /// `nil` until the engine has responded.
    package var engine: EngineVersion?
    package var cliVersion: String

    package init(
        id: PushID, revision: Int, origin: Origin? = nil, destination: String, backend: String,
        reference: ImageReference? = nil, localImage: String, image: LocalImage? = nil,
        keptLabels: ImageLabels? = nil, message: String? = nil, startedAt: Timestamp,
        finishedAt: Timestamp? = nil, state: PushState = .running,
        tagBefore: TagBefore = .history, notify: NotifyRecord = .none,
        labels: [String: String] = [:],
        context: PushContext = PushContext(), engine: EngineVersion? = nil, cliVersion: String
    ) {
        self.id = id
        self.revision = revision
        self.origin = origin
        self.destination = destination
        self.backend = backend
        self.reference = reference
        self.localImage = localImage
        self.image = image
        self.keptLabels = keptLabels
        self.message = message
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.state = state
        self.tagBefore = state.manifest.map(TagBefore.init) ?? tagBefore
        self.notify = notify
        self.labels = labels
        self.context = context
        self.engine = engine
        self.cliVersion = cliVersion
    }

    /// `registry/owner/repository@sha256:…`, once both halves are known.
    package var pinned: String? {
        guard let reference, let manifest = state.manifest else { return nil }
        return reference.pinned(manifest.digest)
    }
}

/// Where an imported record came from.
package struct Origin: Hashable, Sendable, Codable {
    package var importedAt: Timestamp
    /// The host whose push it was.
    @Nullable package var host: String?

    package init(importedAt: Timestamp, host: String?) {
        self.importedAt = importedAt
        self.host = host
    }

    private enum CodingKeys: String, CodingKey {
        case importedAt = "imported_at"
        case host
    }
}

/// The local image as the engine describes it.
package struct LocalImage: Hashable, Sendable {
    /// The engine's id, `sha256:…`: a config digest, or a manifest digest in the containerd store.
    package let id: String
    /// The image's label `org.opencontainers.image.revision` (OCI image specification, "Annotations").
    package let revision: String?
    /// The image's label `org.opencontainers.image.source`.
    package let source: String?

    package init(id: String, revision: String? = nil, source: String? = nil) {
        self.id = id
        self.revision = revision
        self.source = source
    }
}

/// The container engine that carried out a push, or the tool that did it without `enclavia`.
package struct EngineVersion: Hashable, Sendable, Codable {
    /// `docker`, `podman`, or `containerd` behind nerdctl; of another tool the name that its user gave.
    package let name: String
    /// `nil` for another tool, whose version is not known.
    @Nullable package private(set) var version: String?

    package init(name: String, version: String?) {
        self.name = name
        self.version = version
    }
}

// The values without known secrets; see HistoryEvent/without(_:).

extension PushRecord {
    func without(_ secrets: SecretScrubber) -> PushRecord {
        var record = self
        record.localImage = secrets.scrub(localImage)
        record.image = image?.without(secrets)
        record.keptLabels = keptLabels?.without(secrets)
        record.message = message.map(secrets.scrub)
        record.state = state.without(secrets)
        record.notify = notify.without(secrets)
        record.labels = labels.mapValues(secrets.scrub)
        record.context = context.without(secrets)
        record.engine = engine?.without(secrets)
        return record
    }
}

extension LocalImage {
    func without(_ secrets: SecretScrubber) -> LocalImage {
        LocalImage(id: id, revision: revision.map(secrets.scrub), source: source.map(secrets.scrub))
    }
}

extension EngineVersion {
    func without(_ secrets: SecretScrubber) -> EngineVersion {
        EngineVersion(name: secrets.scrub(name), version: version.map(secrets.scrub))
    }
}
