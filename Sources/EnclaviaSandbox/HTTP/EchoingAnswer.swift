import EnclaviaCore
import Foundation
import Hummingbird

/// An error response that echoes the request, including secrets, as proxies and development servers do.
enum EchoingAnswer {
    /// The longest body that is read; requests to the backend have less.
    private static let bodyLimit = 1 << 20
    /// More than clients usually search for secrets.
    private static let padding = 70_000

    static func response(to request: Request) async throws -> Response {
        var request = request
        let buffer = try await request.collectBody(upTo: bodyLimit)
        let authorization = request.headers[.authorization] ?? "none"
        let body = String(buffer: buffer)
        let values = [authorization, decoded(authorization), body].flatMap(spellings)
        let words = "bad request: \(values.joined(separator: " "))"
        let answer = Answer(
            .badRequest,
            .object([
                "error": .string(words), "message": .string(words),
                "errors": .array([
                    .object(["code": .string("UNAUTHORIZED"), "message": .string(words)])
                ]), "padding": .string(String(repeating: "x", count: padding)),
            ]))
        return try answer.response()
    }

    /// The name and the password of a `Basic` header (RFC 7617).
    private static func decoded(_ authorization: String) -> String {
        let words = authorization.split(separator: " ").map(String.init)
        guard words.count == 2, words[0].lowercased() == "basic" else { return "" }
        return Data(base64Encoded: words[1]).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The text as it is, and in the escaped forms of JSON and URLs.
    private static func spellings(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        let units = text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        let escaped = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [text, units.joined(), escaped.joined()]
    }
}
