import EnclaviaCore
import Hummingbird

/// Turns a right response into a wrong one, according to a fault.
enum FaultyAnswer {
    /// The response to `request` under `fault`, which is from `board`; `work` makes the right response.
    static func response(
        _ fault: Fault, of board: FaultBoard, to request: Request, _ context: SandboxContext,
        work: () async throws -> Answer
    ) async throws -> Response {
        switch fault {
        case .status(let code):
            return try refusal(code).response()
        case .hang:
            await board.untilReplaced()
            context.hangUp()
            throw HungUp()
        case .slow:
            let answer = try await work()
            try await Task.sleep(for: .seconds(1))
            return try answer.response()
        case .reset:
            context.hangUp()
            throw HungUp()
        case .lostAnswer:
            _ = try await work()
            context.hangUp()
            throw HungUp()
        case .drip:
            return dripping(try await work().bytes())
        case .garbage:
            return plain("<html><body>It works!</body></html>")
        case .empty:
            return Response(status: .ok)
        case .truncated:
            return truncated(try await work().bytes(), context)
        case .huge:
            return huge()
        case .redirect:
            return redirect(request)
        case .wrongType:
            return try await work().mapped(wrongType).response()
        case .missingField:
            return try await work().mapped {
                $0.elements == nil ? .object([:]) : .array([.object([:])])
            }
            .response()
        case .hostile:
            return try await work().mapped {
                appending(
                    "\u{1b}]0;owned\u{7}\u{1b}[31m\r\n\u{202e}$(touch owned)`id`\u{9b}2J", to: $0)
            }
            .response()
        case .long:
            let words = String(repeating: "a", count: 1 << 20)
            return try await work().mapped { appending(words, to: $0) }.response()
        case .echo:
            return try await EchoingAnswer.response(to: request)
        // These faults do not change the form of a response.
        case .noToken, .expired, .refused, .badState, .error, .expiresDuringPush,
            .down, .noDigestHeader, .lyingDigest, .missingManifest, .missingDigest, .noHead,
            .reading:
            return try await work().response()
        }
    }

    /// The error response with status `code`; 429 and 503 have a `Retry-After`.
    static func refusal(_ code: Int) -> Answer {
        Answer.refusal(
            HTTPResponse.Status(code: code), "sandbox_fault", "this fault was injected",
            headers: code == 429 || code == 503 ? [.retryAfter: "1"] : [:])
    }

    private static func plain(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/html"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func dripping(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(contentLength: bytes.count) { writer in
                for byte in bytes {
                    try await writer.write(ByteBuffer(bytes: [byte]))
                    try await Task.sleep(for: .milliseconds(500))
                }
                try await writer.finish(nil)
            })
    }

    private static func truncated(_ bytes: [UInt8], _ context: SandboxContext) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(contentLength: bytes.count) { writer in
                try await writer.write(ByteBuffer(bytes: bytes.prefix(bytes.count / 2)))
                context.hangUp()
                throw HungUp()
            })
    }

    /// 64 MiB of valid JSON.
    private static func huge() -> Response {
        let start = #"{"padding":""#
        let end = #""}"#
        let block = ByteBuffer(repeating: UInt8(ascii: "a"), count: 1 << 20)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(contentLength: 64 << 20 + start.utf8.count + end.utf8.count) {
                writer in
                try await writer.write(ByteBuffer(string: start))
                for _ in 0..<64 { try await writer.write(block) }
                try await writer.write(ByteBuffer(string: end))
                try await writer.finish(nil)
            })
    }

    /// Redirects to this server under another name: the log shows whether a client follows, with or
    /// without an authorization.
    private static func redirect(_ request: Request) -> Response {
        let port = request.head.authority?.split(separator: ":").last ?? "80"
        let location = "http://localhost:\(port)\(request.uri.string)"
        return Response(status: .temporaryRedirect, headers: [.location: location])
    }

    private static func wrongType(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null: .bool(false)
        case .bool, .integer, .number: .string("seven")
        case .string: .integer(7)
        case .array: .object([:])
        case .object(let members): .object(members.mapValues(wrongType))
        }
    }

    /// Appends `words` to every string in a value.
    private static func appending(_ words: String, to value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text + words)
        case .array(let elements): .array(elements.map { appending(words, to: $0) })
        case .object(let members): .object(members.mapValues { appending(words, to: $0) })
        case .null, .bool, .integer, .number: value
        }
    }
}

extension Answer {
    fileprivate func mapped(_ transform: (JSONValue) -> JSONValue) -> Answer {
        var answer = self
        answer.body = body.map(transform)
        return answer
    }
}
