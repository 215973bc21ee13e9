/// How an engine identifies its images, and what a push changes of them.
package enum ImageStore: Hashable, Sendable {
    /// Docker's classic store: an id is the digest of the configuration, which a push keeps.
    case docker
    /// The containerd image store of Docker: an id is the digest of a manifest or an index, and of an
    /// index with missing platforms one manifest is pushed in its place (`ManifestPushedInsteadOfIndex`).
    ///
    /// `manifests` are the image's own; `nil` where the engine does not list them (API before 1.48).
    case containerd(manifests: [Digest]?)
    /// Podman: an id is the digest of the configuration, and a push may convert it to another format.
    ///
    /// `mediaType` is that of the manifest it would push unconverted, where it is known.
    case podman(mediaType: String?)
}

/// How a manifest in the registry compares with a local image.
package enum ImageComparison: Hashable, Sendable {
    case same, different
    /// Nothing shows whether they are the same, such as after a conversion to another format.
    case unknown
}

extension ManifestDescriptor {
    /// Compares the manifest with the local image that has the engine's id `id` in `store`.
    package func compared(with id: String, in store: ImageStore) -> ImageComparison {
        if isImage(withID: id) { return .same }
        switch store {
        case .docker:
            return config != nil ? .different : .unknown
        case .containerd(let manifests?):
            return manifests.contains(digest) ? .same : .different
        case .containerd(nil):
            return children.isEmpty ? .unknown : .different
        case .podman(let type):
            return config != nil && type != nil && type == mediaType ? .different : .unknown
        }
    }
}
