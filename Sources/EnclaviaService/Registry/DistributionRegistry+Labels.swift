import EnclaviaCore
import FoundationEssentials

extension DistributionRegistry {
    /// The most images of an index whose labels are read.
    private static let imageLimit = 8

    package func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels {
        guard manifest.config == nil else {
            return try await labels(manifest, reference, access)
        }
        var shared: ImageLabels?
        for digest in manifest.images.prefix(Self.imageLimit) {
            guard let image = try await self.manifest(digest, of: reference, access: access) else {
                continue
            }
            let labels = try await labels(image, reference, access)
            shared = shared.map { $0.shared(with: labels) } ?? labels
        }
        return shared ?? .none
    }

    /// The content of a small blob, such as an image's configuration.
    ///
    /// - Returns: `nil` where the registry does not have it.
    private func blob(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> [UInt8]? {
        guard
            let response = try await get(
                "blobs/\(digest)", reference, access, mayBeCrossOrigin: true)
        else { return nil }
        let actual = Digest(of: response.body)
        guard actual == digest else {
            throw .digestMismatch(expected: digest, actual: actual)
        }
        return response.body
    }

    /// The labels in the configuration of an image; none where the registry does not have it.
    private func labels(
        _ manifest: ManifestDescriptor, _ reference: ImageReference, _ access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels {
        guard let digest = manifest.config,
            let bytes = try await blob(digest, of: reference, access: access)
        else { return .none }
        return ImageConfiguration.labels(bytes)
    }
}

extension ImageLabels {
    fileprivate func shared(with other: ImageLabels) -> ImageLabels {
        ImageLabels(
            revision: revision == other.revision ? revision : nil,
            source: source == other.source ? source : nil)
    }
}

/// An image's configuration, as far as labels go.
///
/// Source: OCI image specification 1.1, "Image Configuration".
private struct ImageConfiguration: Decodable {
    struct Config: Decodable {
        let labels: [String: String]?

        private enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }

    let config: Config?

    static func labels(_ bytes: [UInt8]) -> ImageLabels {
        // Treat a configuration that cannot be decoded as one without labels, as most are.
        let labels = (try? JSONDecoder().decode(Self.self, from: Data(bytes)))?.config?.labels
        return ImageLabels(
            revision: labels?["org.opencontainers.image.revision"],
            source: labels?["org.opencontainers.image.source"])
    }
}
