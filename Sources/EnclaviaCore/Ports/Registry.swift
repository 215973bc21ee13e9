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
