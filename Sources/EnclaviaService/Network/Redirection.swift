import NIOHTTP1

/// The redirects that are followed: those of a `GET` within one origin, so that credentials go to no other
/// host. Registries redirect requests for manifests and for tokens in this way. A request for a blob, whose
/// digest is verified, may go to another origin, but without credentials, and only over TLS or on this
/// machine.
///
/// Source: RFC 9110, 15.4; RFC 6454, section 4.
enum Redirection {
    /// The most redirects in a row; browsers and Go's client have a limit, too.
    static let limit = 5

    /// The request that a response redirects `call` to; `nil` unless it redirects within the origin.
    static func follow(_ call: HTTPCall, _ response: HTTPResponse) -> HTTPCall? {
        guard call.method == .GET, let text = location(response),
            let origin = try? ServiceURL(
                "\(call.service.scheme.rawValue)://\(call.service.authority)"),
            let target = target(text, of: call, origin)
        else { return nil }
        return HTTPCall(.GET, origin, target, headers: call.headers)
    }

    /// The request, without headers, that the response for a blob redirects to; `nil` unless it redirects to
    /// an absolute URL that is reached over TLS or on this machine.
    static func crossOrigin(_ response: HTTPResponse) -> HTTPCall? {
        guard let text = location(response), let scheme = text.firstRange(of: "://") else {
            return nil
        }
        let end = text[scheme.upperBound...].firstIndex { "/?".contains($0) } ?? text.endIndex
        guard let service = try? ServiceURL(text[..<end]), service.isConfidential else {
            return nil
        }
        let rest = text[end...]
        return HTTPCall(.GET, service, rest.hasPrefix("/") ? String(rest) : "/\(rest)")
    }

    /// Where a response redirects to, without a fragment; `nil` where it does not redirect.
    private static func location(_ response: HTTPResponse) -> String? {
        guard [301, 302, 307, 308].contains(response.status),
            let location = response.headers.first(name: "Location")?.trimmed
        else { return nil }
        let text = String(location.prefix { $0 != "#" })
        // No URL may have a backslash, which some clients read as a slash.
        guard !text.isEmpty, !text.contains("\\"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }

    /// Path and query of `location`, resolved against the call (RFC 3986, 5.2).
    private static func target(
        _ location: String, of call: HTTPCall, _ origin: ServiceURL
    ) -> String? {
        if location.hasPrefix("//") {
            return target("\(origin.scheme.rawValue):\(location)", of: call, origin)
        }
        if location.hasPrefix("/") { return location }
        if let scheme = location.firstRange(of: "://") {
            let end = location[scheme.upperBound...].firstIndex { "/?".contains($0) }
            guard let other = try? ServiceURL(location[..<(end ?? location.endIndex)]),
                other.scheme == origin.scheme, other.host == origin.host,
                other.effectivePort == origin.effectivePort
            else { return nil }
            let rest = end.map { String(location[$0...]) } ?? "/"
            return rest.hasPrefix("/") ? rest : "/" + rest
        }
        let path = (call.service.path + call.target).prefix { $0 != "?" }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return location.contains(":") || location.contains("..") ? nil : folder + location
    }
}
