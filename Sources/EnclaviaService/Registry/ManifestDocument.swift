import EnclaviaCore
import FoundationEssentials

/// The parts of a manifest or an index that a push record needs.
///
/// Source: OCI image specification 1.1, "Image Manifest" and "Image Index"; Docker image manifest V2,
/// schema 2. Every field is optional here: a registry holds artifacts other than images, too.
package struct ManifestDocument: Decodable {
    /// The accepted media types: those that a push can create.
    static let mediaTypes = [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]

    private struct Descriptor: Decodable {
        let digest: String?
        let size: Int64?
        let annotations: [String: String]?

        /// An index lists BuildKit's attestations, such as provenance, beside the images that they describe.
        var isAttestation: Bool { annotations?["vnd.docker.reference.type"] != nil }
    }

    private let mediaType: String?
    private let config: Descriptor?
    private let layers: [Descriptor]?
    private let manifests: [Descriptor]?

    /// The document in `body`; `nil` where that is neither a manifest nor an index.
    static func read(_ body: [UInt8]) -> ManifestDocument? {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(body)),
            document.config != nil || document.layers != nil || document.manifests != nil
        else { return nil }
        return document
    }

    /// - Parameter type: the response's `Content-Type`, used where the document has no `mediaType`.
    package static func descriptor(
        of body: [UInt8], digest: Digest, type: String?
    ) -> ManifestDescriptor {
        let document = read(body)
        return ManifestDescriptor(
            digest: digest, mediaType: document?.mediaType ?? type,
            sizeBytes: document?.sizeBytes,
            config: document?.config?.digest.flatMap { Digest($0) },
            children: document?.children { _ in true } ?? [],
            images: document?.children { !$0.isAttestation } ?? [])
    }

    private func children(where isWanted: (Descriptor) -> Bool) -> [Digest] {
        manifests?.filter(isWanted).compactMap { $0.digest.flatMap { Digest($0) } } ?? []
    }

    /// The sum of the layers' sizes; `nil` where the document has no `layers`, or a size is missing or
    /// invalid.
    private var sizeBytes: Int64? {
        guard let layers else { return nil }
        var sum: Int64 = 0
        for layer in layers {
            guard let size = layer.size, size >= 0 else { return nil }
            let (next, overflow) = sum.addingReportingOverflow(size)
            guard !overflow else { return nil }
            sum = next
        }
        return sum
    }
}

extension HTTPResponse {
    /// The digest that a registry states for the body; `nil` where it states none, or an invalid one.
    var claimedDigest: Digest? {
        headers.first(name: "Docker-Content-Digest").flatMap { Digest($0) }
    }

    /// The `Content-Type` without its parameters.
    var mediaType: String? {
        headers.first(name: "Content-Type")?
            .split(separator: ";").first.flatMap { $0.trimmed.nonEmpty }
    }
}
