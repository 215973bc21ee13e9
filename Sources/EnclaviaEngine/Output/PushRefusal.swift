import EnclaviaCore

/// Tells apart why a push failed: for want of a fresh token, because the registry could not take it just
/// now, or for good.
///
/// The client has one exit status for everything, so its words are all there is: Docker's and podman's
/// own, and the registry's messages (OCI distribution specification 1.1, "Error Codes").
package enum PushRefusal {
    /// Whether `output` says that the registry, or its token service, refused the credentials.
    ///
    /// The refusal of the engine's socket (`permission denied`) is none of the registry's.
    package static func isDenial(_ output: String, of reference: ImageReference) -> Bool {
        let text = text(output, of: reference).replacing("permission denied", with: "")
        return denials.contains { text.contains($0) }
    }

    /// Whether `output` says that the registry answered 429 or 5xx, so that the same push may go better a
    /// moment later.
    package static func isPassing(_ output: String, of reference: ImageReference) -> Bool {
        let text = text(output, of: reference)
        return passing.contains { text.contains($0) }
    }

    /// The output without the reference's own name, which could be any of the words.
    private static func text(_ output: String, of reference: ImageReference) -> String {
        output.lowercased()
            .replacing(reference.name.lowercased(), with: "").replacing(reference.path, with: "")
    }

    private static let denials = [
        "denied", "unauthorized", "authentication required", "no basic auth credentials",
        "status: 401", "status code 401", "401 (",
    ]
    private static let passing =
        ["toomanyrequests", "too many requests"]
        + [
            "500 internal server error", "502 bad gateway", "503 service unavailable",
            "504 gateway timeout",
        ]
        + [429, 500, 502, 503, 504].flatMap {
            ["status: \($0)", "statuscode: \($0)", "status code \($0)", "\($0) ("]
        }
}
