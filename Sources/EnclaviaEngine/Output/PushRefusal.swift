import EnclaviaCore

/// Tells a push that wants a fresh token from one that failed.
package enum PushRefusal {
    /// Whether `output` says that the registry, or its token service, refused the credentials.
    ///
    /// The client has one exit status for everything, so its words are all there is. The reference's own
    /// name is left out of them, as is the refusal of the engine's socket (`permission denied`).
    package static func isDenial(_ output: String, of reference: ImageReference) -> Bool {
        let text = output.lowercased()
            .replacing(reference.name.lowercased(), with: "").replacing(reference.path, with: "")
            .replacing("permission denied", with: "")
        return words.contains { text.contains($0) }
    }

    /// Docker and podman, and the registry's own messages (OCI distribution specification 1.1,
    /// "Error Codes": `UNAUTHORIZED`, `DENIED`).
    private static let words = [
        "denied", "unauthorized", "authentication required", "no basic auth credentials",
        "status: 401", "status code 401", "401 (",
    ]
}
