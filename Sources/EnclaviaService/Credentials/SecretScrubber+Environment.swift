import EnclaviaCore
import EnclaviaSystem

extension SecretScrubber {
    /// Creates a scrubber with the secrets in the environment: this program's token, and the user information
    /// (RFC 3986, 3.2.1) in the addresses of a backend, a proxy or an engine.
    package convenience init(environment: [String: String]) {
        self.init()
        if let text = environment["ENCLAVIA_TOKEN"].map(EnvironmentToken.trimmed) {
            add(Secret(text))
            // The content of a credentials file, also where the variable cannot be used with it.
            if text.hasPrefix("{"), let credentials = try? Credentials(json: Array(text.utf8)) {
                add(credentials.access)
                if let refresh = credentials.refresh { add(refresh) }
            }
        }
        for name in Self.addresses {
            guard let user = environment[name].flatMap(Self.userInformation),
                let colon = user.firstIndex(of: ":")
            else { continue }
            add(
                password: PercentEncoding.decode(user[user.index(after: colon)...]),
                of: PercentEncoding.decode(user[..<colon]))
        }
    }

    private static let addresses = [
        "ENCLAVIA_BACKEND_URL", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
        "ALL_PROXY", "all_proxy", "DOCKER_HOST", "CONTAINER_HOST",
    ]

    /// Up to the last `@`: a password may hold any other character, encoded or not.
    private static func userInformation(_ address: String) -> Substring? {
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let authority = address[start...].prefix { $0 != "/" }
        return authority.lastIndex(of: "@").map { authority[..<$0] }
    }
}
