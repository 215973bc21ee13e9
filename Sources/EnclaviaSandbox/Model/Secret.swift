import Crypto
import Foundation

/// Making random tokens, and naming a token without telling it.
enum Secret {
    /// A fresh token of 192 random bits after `prefix`, in base64url (RFC 4648 section 5).
    static func random(_ prefix: String) -> String {
        let bytes = (0..<24).map { _ in UInt8.random(in: .min ... .max) }
        return prefix + base64URL(bytes)
    }

    /// The SHA-256 of `text` in lower-case hexadecimal.
    static func fingerprint(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    /// The PKCE S256 challenge that belongs to a verifier (RFC 7636 section 4.2).
    static func challenge(ofVerifier verifier: String) -> String {
        base64URL(Array(SHA256.hash(data: Data(verifier.utf8))))
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
