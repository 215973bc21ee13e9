/// Queries a distribution registry.
///
/// Source: OCI distribution specification 1.1, "Pulling manifests"; distribution token authentication.
package protocol Registry: Sendable {
    /// Fetches the manifest with that digest, which its bytes must match.
    ///
    /// - Returns: `nil` where the registry has no such manifest.
    func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor?

    /// Fetches the manifest that the reference's tag points at.
    ///
    /// - Returns: `nil` where the registry has no such tag.
    func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor?

    /// The labels of the image that `manifest` describes, from the image's configuration.
    ///
    /// For an index, the labels that the images of all its platforms share; at most eight images are fetched.
    ///
    /// - Parameter manifest: what the registry holds, as ``manifest(taggedAs:access:)`` describes it.
    func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels

    /// Whether a registry responds at that host at all.
    func isReachable(_ registry: String) async -> Bool
}
