import EnclaviaCore

extension SecretScrubber {
    /// Knows the secrets that the environment holds: this program's token, and what the addresses of a
    /// backend or of a proxy carry before their `@` (RFC 3986, 3.2.1).
    package convenience init(environment: [String: String]) {
        self.init()
        if let text = environment["ENCLAVIA_TOKEN"].map(EnvironmentToken.trimmed) {
            // The token in the content of a credentials file becomes known when it is used.
            add(Secret(text))
        }
        for name in Self.addresses {
            guard let text = environment[name] else { continue }
            guard let user = Self.userInformation(text) else { continue }
            let parts = user.split(separator: ":", maxSplits: 1)
            // A name alone is a token to a web server, and a user to ssh.
            guard let secret = parts.last, parts.count > 1 || name != Self.engine else { continue }
            add(Secret(PercentEncoding.decode(secret)))
        }
    }

    private static let engine = "DOCKER_HOST"

    private static let addresses = [
        "ENCLAVIA_BACKEND_URL", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
        "ALL_PROXY", "all_proxy", engine,
    ]

    private static func userInformation(_ address: String) -> Substring? {
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let authority = address[start...].prefix { !["/", "?", "#"].contains($0) }
        return authority.lastIndex(of: "@").map { authority[..<$0] }
    }
}
