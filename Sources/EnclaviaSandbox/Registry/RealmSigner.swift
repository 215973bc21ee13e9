import Crypto
import Foundation
import JWTKit
import X509

/// Signs the registry's bearer tokens: ES256 with the certificate in the header (`x5c`,
/// RFC 7515 section 4.1.6), which the registry checks against its root bundle.
struct RealmSigner: Sendable {
    static let issuer = "enclavia-sandbox"

    /// The permissions of a token in one repository.
    struct Access: Codable, Sendable {
        let type: String
        let name: String
        let actions: [String]

        /// The part of `scope`, written `repository:<name>:<action>,…`, that the owner of a namespace
        /// is granted; nil when that is nothing.
        init?(scope: String, owner: String) {
            let parts = scope.split(separator: ":")
            guard parts.count == 3, parts[0] == "repository", parts[1].hasPrefix(owner + "/") else {
                return nil
            }
            type = "repository"
            name = String(parts[1])
            actions = parts[2].split(separator: ",").map(String.init)
                .filter(["pull", "push", "delete"].contains)
        }
    }

    /// The self-signed certificate in PEM, for the registry's `rootcertbundle`.
    let certificate: String
    private let keys: JWTKeyCollection

    /// Creates a key and its certificate, valid for a year.
    init() async throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName(Self.issuer) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -3600),
            notValidAfter: Date(timeIntervalSinceNow: 365 * 24 * 3600),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
            },
            issuerPrivateKey: .init(key))
        self.certificate = try certificate.serializeAsPEM().pemString
        keys = JWTKeyCollection()
        await keys.add(ecdsa: try ES256PrivateKey(pem: key.pemRepresentation))
    }

    /// A token for `subject` with these permissions, valid for `lifetime` seconds.
    func token(subject: String, access: [Access], lifetime: Int) async throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let claims = Claims(
            iss: Self.issuer, sub: subject, aud: LocalBackend.registryService,
            // A minute back, to tolerate clock skew.
            nbf: now - 60, iat: now, exp: now + lifetime, jti: UUID().uuidString, access: access)
        var header = JWTHeader()
        header.x5c = [certificate]
        return try await keys.sign(claims, header: header)
    }

    /// The claims of the "Token Authentication Implementation" of distribution.
    private struct Claims: JWTPayload {
        let iss: String
        let sub: String
        let aud: String
        let nbf: Int
        let iat: Int
        let exp: Int
        let jti: String
        let access: [Access]

        func verify(using algorithm: some JWTAlgorithm) throws {}
    }
}
