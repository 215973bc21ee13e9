import Crypto
import Foundation

/// Random tokens, and the PKCE challenge of a verifier.
enum RandomToken {
    /// A fresh token of 192 random bits after `prefix`, in base64url (RFC 4648 section 5).
    static func make(_ prefix: String = "") -> String {
        prefix + base64URL((0..<24).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// The PKCE S256 challenge that belongs to a verifier (RFC 7636 section 4.2).
    static func challenge(ofVerifier verifier: String) -> String {
        base64URL(SHA256.hash(data: Data(verifier.utf8)))
    }

    private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
