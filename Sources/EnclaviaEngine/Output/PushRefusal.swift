import EnclaviaCore

/// Classifies why a push failed: denied credentials, a transient error, or a permanent one.
///
/// The client has one exit status for all failures, so only the output tells the cause: Docker's and
/// podman's own messages, and the registry's (OCI distribution specification 1.1, "Error Codes").
package enum PushRefusal {
    /// Whether `output` says that the registry, or its token service, refused the credentials.
    ///
    /// Ignores `permission denied`, which is about the engine's socket.
    package static func isDenial(_ output: String, of reference: ImageReference) -> Bool {
        let text = text(output, of: reference).replacing("permission denied", with: "")
        return denials.contains { text.contains($0) }
    }

    /// Whether `output` says that the registry responded with 429 or 5xx, or that a connection to it failed, so
    /// that a retry may succeed.
    ///
    /// - Parameter reference: `nil` for a login.
    package static func isTransient(_ output: String, of reference: ImageReference?) -> Bool {
        let text =
            reference.map { Self.text(output, of: $0) } ?? withoutRemarks(output).lowercased()
        // An engine that cannot be reached is another error.
        guard ClientErrorMessage(output) == nil else { return false }
        return passing.contains { text.contains($0) }
    }

    /// The pause that a registry requests in its message, such as `retry-after: 1.5s`: a duration in Go's
    /// format, or seconds. The client does not print the headers of a response.
    package static func retryAfter(_ output: String) -> Duration? {
        let text = output.lowercased()
        guard let label = text.firstRange(of: "retry-after:") else { return nil }
        var rest = text[label.upperBound...].drop { $0 == " " }
        var seconds = 0.0
        var isDuration = false
        while case let digits = rest.prefix(while: { "0123456789.".contains($0) }),
            let number = Double(digits), number.isFinite
        {
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            guard let factor = units[String(unit)] else { break }
            seconds += number * factor
            isDuration = true
            rest = rest.dropFirst(unit.count)
            if unit.isEmpty { break }
        }
        guard isDuration, seconds < 1e6 else { return isDuration ? .seconds(1_000_000) : nil }
        return .milliseconds(Int64((seconds * 1000).rounded(.up)))
    }

    private static let units = [
        "": 1.0, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6,
        "ns": 1e-9,
    ]

    /// Whether `output` says that the registry will never accept this push: it is too large, the tag is
    /// immutable, the name or the manifest is invalid, or the registry does not accept pushes.
    package static func isPermanent(_ output: String, of reference: ImageReference) -> Bool {
        // Only the last line: earlier ones may be warnings, or failed attempts of the client.
        let lines = output.split(whereSeparator: \.isNewline)
        let last = lines.last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let text = text(String(last), of: reference)
        return permanent.contains { text.contains($0) }
    }

    /// The output without the reference's own name and tag, which could match any of the patterns.
    private static func text(_ output: String, of reference: ImageReference) -> String {
        let text = withoutRemarks(output).lowercased()
            .replacing(reference.name.lowercased(), with: "").replacing(reference.path, with: "")
            .replacing(reference.path.replacing("/", with: "%2f"), with: "")
        return removing(tag: reference.tag.lowercased(), from: text)
    }

    /// The output without log messages of the levels below error, which podman and nerdctl print about other
    /// things and about failed attempts.
    private static func withoutRemarks(_ output: String) -> String {
        output.split(whereSeparator: \.isNewline)
            .filter { line in
                let isLogged = line.hasPrefix("time=") && levels.contains(where: line.contains)
                return !isLogged && !remarks.contains(where: line.hasPrefix)
            }
            .joined(separator: "\n")
    }

    /// The formats of Logrus (text_formatter.go): the first without a terminal, the second on one.
    private static let levels = [" level=warning ", " level=info ", " level=debug "]
    private static let remarks = ["WARN[", "INFO[", "DEBU[", "WARNING: ", "WARNING! "]

    /// Removes the tag where the text uses it as one: after the repository's colon, in a URL of its manifest,
    /// after "manifest" or "tag", after a quotation mark, and before its digest.
    private static func removing(tag: String, from text: String) -> String {
        var kept = ""
        var rest = text[...]
        while let found = rest.firstRange(of: tag) {
            let before = kept + rest[..<found.lowerBound]
            let after = rest[found.upperBound...]
            let isWord = after.first.map { !isTagCharacter($0) } ?? true
            let isNamed =
                namings.contains { before.hasSuffix($0) } || after.hasPrefix(": digest:")
            kept = before + (isWord && isNamed ? "" : rest[found])
            rest = after
        }
        return kept + rest
    }

    private static func isTagCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.-".contains(character)
    }

    private static let namings = [":", "/manifests/", "manifest ", "tag ", "\"", "'"]

    private static let denials = [
        "denied", "unauthorized", "authentication required", "no basic auth credentials",
        // nerdctl's (containerd, core/remotes/docker/auth/parse.go)
        "insufficient_scope", "authorization failed",
        "status: 401", "status code 401", "401 (",
        // podman's for a registry that allows no push (containers/image, docker/docker_image_dest.go)
        "failed to read from destination repository", "403 (forbidden)", "403 forbidden",
        "status: 403", "status code 403", "statuscode: 403",
    ]
    private static let permanent =
        [
            "immutable", "cannot be overwritten", "tag invalid", "manifest invalid",
            "name invalid", "name unknown", "invalid repository name", "unsupported: ",
            "operation is unsupported", "request entity too large", "payload too large",
            "405 method not allowed",
        ]
        + [405, 413].flatMap {
            ["status: \($0)", "statuscode: \($0)", "status code \($0)", "http \($0) "]
        }
    private static let passing =
        ["toomanyrequests", "too many requests"]
        + [
            "connection reset by peer", "connection refused", "connection timed out",
            "broken pipe", "unexpected eof", "i/o timeout", "tls handshake timeout",
            "context deadline exceeded", "client.timeout exceeded", "no route to host",
            "network is unreachable",
            "temporary failure in name resolution", "server misbehaving",
            "use of closed network connection", "server sent goaway", ": eof", "\": eof",
        ]
        + [
            "500 internal server error", "502 bad gateway", "503 service unavailable",
            "504 gateway timeout",
        ]
        + [429, 500, 502, 503, 504].flatMap {
            ["status: \($0)", "statuscode: \($0)", "status code \($0)", "\($0) ("]
        }
}
