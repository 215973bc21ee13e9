/// A distribution registry, asked for what it holds.
///
/// Source: OCI distribution specification 1.1, "Pulling manifests"; distribution token authentication.
package protocol Registry: Sendable {
    /// Asks for the manifest with that digest, whose bytes must have it.
    ///
    /// - Returns: `nil` where the registry has no such manifest.
    func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor?

    /// Asks what the reference's tag points at, and what that manifest is made of.
    ///
    /// - Returns: `nil` where the registry has no such tag.
    func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor?

    /// The labels of the image that `manifest` is made of, which its configuration holds.
    ///
    /// Of an index, the labels that the images of all its platforms share; at most eight are asked for.
    ///
    /// - Parameter manifest: what the registry holds, as ``manifest(taggedAs:access:)`` describes it.
    func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels

    /// Whether a registry answers at that host at all.
    func isReachable(_ registry: String) async -> Bool
}

/// Where to push, as whom, and the password for it.
package struct RegistryAccess: Hashable, Sendable {
    /// `host` or `host:port`.
    package let registry: String
    /// The caller's handle, which is the user name and the namespace.
    package let handle: String
    package let password: Secret

    package init(registry: String, handle: String, password: Secret) {
        self.registry = registry
        self.handle = handle
        self.password = password
    }
}

/// A manifest, as a registry describes it.
package struct ManifestDescriptor: Hashable, Sendable {
    package let digest: Digest
    package let mediaType: String?
    /// The sum of the layers, in bytes; `nil` for an index, and where they make no sense.
    package let sizeBytes: Int64?
    /// The digest of the image's configuration; `nil` for an index and where it was not asked for.
    package let config: Digest?
    /// The manifests in an index.
    package let children: [Digest]
    /// Those of them that are images of a platform, and no attestations.
    package let images: [Digest]

    package init(
        digest: Digest, mediaType: String?, sizeBytes: Int64? = nil, config: Digest? = nil,
        children: [Digest] = [], images: [Digest] = []
    ) {
        self.digest = digest
        self.mediaType = mediaType
        self.sizeBytes = sizeBytes
        self.config = config
        self.children = children
        self.images = images
    }

    /// Whether this manifest is the local image with that engine id: by its config digest, or, in the
    /// containerd image store, by its own digest or a child's.
    package func isImage(withID id: String) -> Bool {
        guard let id = Digest(id) else { return false }
        return config == id || digest == id || children.contains(id)
    }
}

/// What can go wrong between this program and the registry.
package enum RegistryError: Error, Hashable, Sendable {
    /// No answer: connection or time limit after all tries.
    case unavailable(registry: String, reason: String)
    /// There is no connection that may be used, to the registry or to its token service.
    case unreachable(registry: String, ConnectionFault)
    /// It answered 429 or 5xx after all tries.
    case failed(registry: String, status: Int, message: String?)
    /// It does not show the manifest with that digest; it may do so later.
    case missing(registry: String, digest: Digest)
    /// The task was cancelled before it answered.
    case cancelled
    /// The token service or the registry refused the credentials (401, 403).
    case denied(registry: String, status: Int)
    /// Another refusal.
    case refused(registry: String, status: Int, message: String)
    /// What it answered makes no sense.
    case protocolViolation(registry: String, detail: String)
    /// A setting of the network is malformed.
    case configuration(subject: String, reason: String)
    /// It holds other bytes under the digest than the digest says.
    case digestMismatch(expected: Digest, actual: String)

    /// Whether the registry said nothing, and would say nothing to another question, either.
    package var isSilence: Bool {
        switch self {
        case .unreachable, .configuration: true
        default: isTransient
        }
    }

    /// Whether another question would go no better now, and may do so at another time.
    package var isTransient: Bool {
        switch self {
        case .unavailable, .failed, .cancelled: true
        case .unreachable(_, let fault): fault.isTransient
        case .missing, .denied, .refused, .protocolViolation, .digestMismatch, .configuration:
            false
        }
    }
}
