import EnclaviaCore
import FoundationEssentials

/// The secret of one login, and the challenge that proves its possession (RFC 7636, method S256).
package struct ProofKey: Sendable {
    package let verifier: Secret
    package let challenge: String

    init() {
        self.init(verifier: Self.randomText())
    }

    /// - Parameter verifier: 43 to 128 unreserved characters (RFC 7636, 4.1).
    package init(verifier: String) {
        self.verifier = Secret(verifier)
        let digits = Array(Digest(of: verifier.utf8).hex)
        challenge = Self.base64URL(
            stride(from: 0, to: digits.count, by: 2)
                .compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) })
    }

    /// 256 bits from the system's secure random generator, as 43 characters of URL-safe base64.
    static func randomText() -> String {
        var generator = SystemRandomNumberGenerator()
        return base64URL((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap {
                switch $0 {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: $0
                }
            })
    }
}
