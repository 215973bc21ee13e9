import EnclaviaCore
import FoundationEssentials

/// The error for a response of the backend that is not a success (2xx).
struct BackendRefusal {
    let error: BackendError

    /// - Parameters:
    ///   - secrets: removed from the response's message.
    ///   - what: the requested thing, which the error names after a 404.
    init(
        _ response: HTTPResponse, without secrets: SecretScrubber, call: String,
        backend: ServiceURL,
        what: String? = nil
    ) {
        let message = ResponseMessage.text(response, without: secrets)
        error =
            switch response.status {
            case 400..<500 where response.isProxyPage:
                .protocolViolation(call: call, detail: ResponseMessage.webPage(response))
            case 401, 403: .unauthorized(reason: .rejected)
            case 404: .notFound(what: what ?? call)
            case 409: .conflict(message: message ?? "no reason given")
            case 300..<400:
                .protocolViolation(call: call, detail: ResponseMessage.redirect(response))
            case 429, 500...:
                .failed(url: backend.description, status: response.status, message: message)
            case 400..<500:
                .refused(status: response.status, message: message ?? "no reason given")
            default:
                .protocolViolation(call: call, detail: "unexpected status \(response.status)")
            }
    }
}

extension BackendError {
    init(_ error: TransportError, call: String, backend: ServiceURL) {
        switch error {
        case .cancelled:
            self = .cancelled(url: backend.description)
        case .timedOut, .connection:
            self = .unavailable(url: backend.description, reason: error.reason)
        case .unreachable(let fault):
            self = .unreachable(url: backend.description, fault)
        case .tooLarge, .malformed:
            self = .protocolViolation(call: call, detail: error.reason)
        case .configuration(let subject, let reason):
            self = .configuration(subject: subject, reason: reason)
        }
    }
}

/// The message in the body of a response.
package enum ResponseMessage {
    /// The longest message that is passed on, in Unicode scalars.
    package static let limit = 300

    /// The text under `error_description`, `message`, `error` or `detail`, or of the first of `errors`, in
    /// this order. Where the body is not JSON, its first line. `nil` for a web page, or where there is no text.
    ///
    /// Servers echo what they receive. Secrets are removed before the text is shortened: a secret that is cut
    /// off could no longer be recognized.
    package static func text(_ response: HTTPResponse, without secrets: SecretScrubber) -> String? {
        let body = secrets.scrub(response.body)
        if let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body)) {
            return text(in: value).map(secrets.scrub).flatMap(shortened)
        }
        if response.isWebPage { return nil }
        let text = String(decoding: body.prefix(16_384), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).lazy.map(\.trimmed).first { !$0.isEmpty }
            .flatMap(shortened)
    }

    /// The backend and registries send no web pages; a proxy that blocks a request does.
    static func webPage(_ response: HTTPResponse) -> String {
        "a web page (HTTP \(response.status)), which may come from a proxy"
    }

    /// `redirects to other.example, and redirects are not followed`.
    static func redirect(_ response: HTTPResponse) -> String {
        let location = response.headers.first(name: "Location") ?? ""
        let rest = location.firstRange(of: "://").map { location[$0.upperBound...] }
        let host = rest.flatMap {
            Authority(String($0.prefix { !["/", "?", "#"].contains($0) }))?.host
        }
        return "a redirect (\(response.status)) to \(host ?? "another address"), "
            + "and redirects are not followed"
    }

    private static func text(in value: JSONValue, depth: Int = 0) -> String? {
        switch value {
        case .string(let text):
            return text
        case .object(let fields) where depth < 3:
            for key in ["error_description", "message", "error", "detail", "errors"] {
                if let inner = fields[key], let text = text(in: inner, depth: depth + 1) {
                    return text
                }
            }
            return nil
        case .array(let values) where depth < 3:
            return values.first.flatMap { text(in: $0, depth: depth + 1) }
        case .object, .array, .null, .bool, .integer, .number:
            return nil
        }
    }

    private static func shortened(_ text: String) -> String? {
        let scalars = text.trimmed.unicodeScalars
        guard !scalars.isEmpty else { return nil }
        guard scalars.count > limit else { return String(scalars) }
        return String(scalars.prefix(limit - 1)) + "…"
    }
}
