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
