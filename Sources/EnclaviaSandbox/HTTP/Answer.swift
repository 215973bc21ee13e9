import EnclaviaCore
import Hummingbird

/// A response with a JSON body, to which faults may still apply.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields = [:]
    /// nil is an empty body.
    var body: JSONValue?

    init(_ status: HTTPResponse.Status, _ body: JSONValue? = nil, headers: HTTPFields = [:]) {
        self.status = status
        self.body = body
        self.headers = headers
    }

    /// An error response: a code for programs and a message for people.
    static func refusal(
        _ status: HTTPResponse.Status, _ error: String, _ message: String,
        headers: HTTPFields = [:]
    ) -> Answer {
        Answer(
            status, .object(["error": .string(error), "message": .string(message)]),
            headers: headers)
    }
}

extension Answer {
    /// The body as it goes over the wire.
    func bytes() throws -> [UInt8] {
        try body.map { Array(try JSONText.encode($0).utf8) } ?? []
    }

    func response() throws -> Response {
        guard body != nil else { return Response(status: status, headers: headers) }
        var headers = headers
        headers[.contentType] = headers[.contentType] ?? "application/json"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try bytes())))
    }
}

/// The type of a header's name. Hummingbird re-exports the type, but not under its name.
typealias FieldName = HTTPFields.Element.Name

extension FieldName {
    /// draft-ietf-httpapi-idempotency-key-header
    static let idempotencyKey = literal("Idempotency-Key")
    /// The distribution registry's digest of the content.
    static let contentDigest = literal("Docker-Content-Digest")

    private static func literal(_ text: String) -> FieldName {
        guard let name = FieldName(text) else {
            preconditionFailure("\(text) is not a header name")
        }
        return name
    }
}
