/// A manifest, as a registry describes it.
package struct ManifestDescriptor: Hashable, Sendable {
    package let digest: Digest
    package let mediaType: String?
    /// The sum of the layers, in bytes; `nil` for an index, and where the sizes are invalid.
    package let sizeBytes: Int64?
    /// The digest of the image's configuration; `nil` for an index, and where it was not requested.
    package let config: Digest?
    /// The manifests in an index.
    package let children: [Digest]
    /// Those of them that are images of a platform, not attestations.
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
