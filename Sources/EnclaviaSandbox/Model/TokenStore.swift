import Foundation
import Synchronization

/// The tokens, passwords and codes that the sandbox has issued, with their expiry.
final class TokenStore: Sendable {
    /// The content of an OAuth token response (RFC 6749 section 5.1).
    struct Grant: Codable, Sendable {
        let accessToken: String
        let refreshToken: String
        /// Seconds until the access token expires.
        let expiresIn: Int

        private enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case expiresIn = "expires_in"
        }
    }

    /// An authorization request that was approved and waits for its code to be redeemed.
    struct Authorization: Sendable {
        let redirectURI: String
        let challenge: String
        let expires: Date
    }

    private struct Pages {
        /// Access tokens with their expiry; nil for a long-lived token.
        var access: [String: Date?] = [:]
        var refresh: Set<String> = []
        var passwords: [String: Date] = [:]
        var codes: [String: Authorization] = [:]
    }

    /// The lifetime of an access token, in seconds.
    let accessLifetime: Int
    /// The lifetime of a registry password, in seconds.
    let passwordLifetime: Int
    private let pages = Mutex(Pages())

    init(accessLifetime: Int, passwordLifetime: Int) {
        self.accessLifetime = accessLifetime
        self.passwordLifetime = passwordLifetime
    }

    /// A new pair of access and refresh token.
    func grant() -> Grant {
        let grant = Grant(
            accessToken: RandomToken.make("sandbox-access-"),
            refreshToken: RandomToken.make("sandbox-refresh-"),
            expiresIn: accessLifetime)
        let end = Date(timeIntervalSinceNow: Double(accessLifetime))
        pages.withLock {
            $0.access[grant.accessToken] = .some(end)
            $0.refresh.insert(grant.refreshToken)
        }
        return grant
    }

    /// A token of the older, long-lived kind, without refresh.
    func grantLongLived() -> String {
        let token = RandomToken.make("sandbox-token-")
        pages.withLock { $0.access[token] = .some(nil) }
        return token
    }

    /// Exchanges a refresh token, which works once.
    func refresh(_ token: String) -> Grant? {
        guard pages.withLock({ $0.refresh.remove(token) != nil }) else { return nil }
        return grant()
    }

    func isValid(access token: String, at now: Date = Date()) -> Bool {
        pages.withLock { pages in
            guard let end = pages.access[token] else { return false }
            return end.map { $0 > now } ?? true
        }
    }

    /// A registry password for the token realm.
    func grantPassword() -> String {
        let password = RandomToken.make("sandbox-registry-")
        let end = Date(timeIntervalSinceNow: Double(passwordLifetime))
        pages.withLock { $0.passwords[password] = end }
        return password
    }

    /// Whether the token realm accepts `password`: a registry password, or an access token.
    func isValid(password: String, at now: Date = Date()) -> Bool {
        if let end = pages.withLock({ $0.passwords[password] }) { return end > now }
        return isValid(access: password, at: now)
    }

    func remember(_ authorization: Authorization) -> String {
        let code = RandomToken.make("sandbox-code-")
        pages.withLock { $0.codes[code] = authorization }
        return code
    }

    /// The authorization of `code`; a code works once (RFC 6749 section 4.1.2).
    func redeem(code: String) -> Authorization? {
        pages.withLock { $0.codes.removeValue(forKey: code) }
    }

    /// Expires every access token now; with `longLived`, those of the older kind, too.
    func expireAccess(longLived: Bool) {
        pages.withLock { pages in
            for (token, end) in pages.access where longLived || end != nil {
                pages.access[token] = .some(.distantPast)
            }
        }
    }

    /// Revokes every refresh token now.
    func revokeRefresh() {
        pages.withLock { $0.refresh.removeAll() }
    }

    /// Expires every registry password now.
    func expirePasswords() {
        pages.withLock { pages in
            for password in pages.passwords.keys { pages.passwords[password] = .distantPast }
        }
    }
}
