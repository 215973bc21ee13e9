import EnclaviaCore
import Testing

/// Whether a manifest in the registry is the local image, for each kind of image store.
struct ImageComparisonTests {
    private static let image = Digest(of: Array("image".utf8))
    private static let other = Digest(of: Array("other".utf8))
    private static let docker = "application/vnd.docker.distribution.manifest.v2+json"
    private static let oci = "application/vnd.oci.image.manifest.v1+json"

    private static func manifest(
        _ digest: Digest = Example.digest, type: String = docker, config: Digest? = nil,
        children: [Digest] = []
    ) -> ManifestDescriptor {
        ManifestDescriptor(digest: digest, mediaType: type, config: config, children: children)
    }

    static let stores: [ImageStore] = [
        .docker, .containerd(manifests: nil), .containerd(manifests: []),
        .podman(mediaType: nil), .podman(mediaType: docker),
    ]

    @Test(arguments: stores)
    func `a manifest is the image if its config, its own digest or a child's matches`(
        _ store: ImageStore
    ) {
        for same in [
            Self.manifest(config: Self.image), Self.manifest(Self.image),
            Self.manifest(children: [Self.other, Self.image]),
        ] {
            #expect(same.compared(with: Self.image.description, in: store) == .same)
        }
    }

    static let cases: [(ImageStore, ManifestDescriptor, ImageComparison)] = [
        (.docker, manifest(config: other), .different),
        // Docker's classic store pushes no index, and a schema 1 manifest has no config.
        (.docker, manifest(children: [other]), .unknown),
        (.docker, manifest(), .unknown),
        // One platform of a local index, if only that one could be pushed.
        (.containerd(manifests: [Example.digest, other]), manifest(config: other), .same),
        (.containerd(manifests: [image, other]), manifest(config: other), .different),
        (.containerd(manifests: [image]), manifest(children: [other]), .different),
        (.containerd(manifests: nil), manifest(config: other), .unknown),
        (.containerd(manifests: nil), manifest(children: [other]), .different),
        (.podman(mediaType: docker), manifest(config: other), .different),
        (.podman(mediaType: oci), manifest(config: other), .unknown),
        (.podman(mediaType: nil), manifest(config: other), .unknown),
        (.podman(mediaType: docker), manifest(), .unknown),
    ]

    @Test(arguments: cases)
    func `another manifest is another image, unless the engine may have converted the image`(
        _ store: ImageStore, _ manifest: ManifestDescriptor, _ expected: ImageComparison
    ) {
        #expect(manifest.compared(with: Self.image.description, in: store) == expected)
    }
}
