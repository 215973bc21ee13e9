import NIOHTTP1

/// The redirections that are followed: those of a `GET` within one origin, so that credentials stay where
/// they were sent. Registries do that for manifests and for the realm of their tokens. Blobs, whose digest
/// is compared, may lie elsewhere, where they are asked for without credentials and only over TLS.
///
/// Source: RFC 9110, 15.4; RFC 6454, section 4.
enum Redirection {
    /// The most that are followed in a row, as browsers and Go's client have a limit.
    static let limit = 5

    /// The call that an answer redirects `call` to; `nil` where it is no redirection within the origin.
    static func follow(_ call: HTTPCall, _ answer: HTTPAnswer) -> HTTPCall? {
        guard call.method == .GET, let text = location(answer),
            let origin = try? ServiceURL(
                "\(call.service.scheme.rawValue)://\(call.service.authority)"),
            let target = target(text, of: call, origin)
        else { return nil }
        return HTTPCall(.GET, origin, target, headers: call.headers)
    }

    /// The call, without any header, that an answer about a blob redirects to on another origin; `nil` where
    /// it does not, or not to a place that is reached over TLS or on this machine.
    static func elsewhere(_ answer: HTTPAnswer) -> HTTPCall? {
        guard let text = location(answer), let scheme = text.firstRange(of: "://") else {
            return nil
        }
        let end = text[scheme.upperBound...].firstIndex { "/?".contains($0) } ?? text.endIndex
        guard let service = try? ServiceURL(text[..<end]), service.isConfidential else {
            return nil
        }
        let rest = text[end...]
        return HTTPCall(.GET, service, rest.hasPrefix("/") ? String(rest) : "/\(rest)")
    }

    /// Where an answer redirects to, without a fragment; `nil` where it does not.
    private static func location(_ answer: HTTPAnswer) -> String? {
        guard [301, 302, 307, 308].contains(answer.status),
            let location = answer.headers.first(name: "Location")?.trimmed
        else { return nil }
        let text = String(location.prefix { $0 != "#" })
        // Some read a backslash as a slash, which no URL may have.
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
