import AsyncHTTPClient
import EnclaviaCore
import EnclaviaSandbox
import Foundation
import Testing

/// A client of the suite's sandbox.
struct Caller {
    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let bytes: [UInt8]

        var json: JSONValue? { JSONValue(bytes: bytes) }
        subscript(key: String) -> JSONValue? { json?[key: key] }
    }

    let base: String
    /// The Authorization header.
    var authorization: String?

    /// Logged in with the credentials file's access token.
    static func loggedIn() throws -> Caller {
        let sandbox = try Current.get()
        let token = try #require(try credentials()[key: "access_token"]?.text)
        return Caller(base: sandbox.backendURL, authorization: "Bearer \(token)")
    }

    static func anonymous() throws -> Caller { Caller(base: try Current.get().backendURL) }

    static func credentials() throws -> JSONValue {
        let file = try Current.get().root + "/config/enclavia/credentials.json"
        return try #require(JSONValue(bytes: try Data(contentsOf: URL(filePath: file))))
    }

    func get(_ path: String) async throws -> Reply { try await call("GET", path) }
    func post(_ path: String, json: String = "{}", headers: [String: String] = [:]) async throws
        -> Reply
    { try await call("POST", path, headers: headers, body: json, type: "application/json") }
    func post(_ path: String, form: [String: String]) async throws -> Reply {
        var components = URLComponents()
        components.queryItems = form.map { URLQueryItem(name: $0.key, value: $0.value) }
        return try await call(
            "POST", path, body: components.percentEncodedQuery ?? "",
            type: "application/x-www-form-urlencoded")
    }
    func delete(_ path: String) async throws -> Reply { try await call("DELETE", path) }

    func call(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil,
        type: String? = nil, within limit: Duration = .seconds(20)
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: base + path)
        request.method = .init(rawValue: method)
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        if let type { request.headers.add(name: "Content-Type", value: type) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(Array(body.utf8)) }
        let prepared = request
        // The client's own timeout covers only the head of the answer; a body may arrive for ever.
        return try await withThrowingTaskGroup(of: Reply.self) { group in
            group.addTask { try await Self.reply(to: prepared) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TimedOut()
            }
            defer { group.cancelAll() }
            guard let reply = try await group.next() else { throw TimedOut() }
            return reply
        }
    }

    struct TimedOut: Error {}

    private static func reply(to request: HTTPClientRequest) async throws -> Reply {
        let response = try await client.execute(request, timeout: .hours(1))
        let bytes = try await response.body.collect(upTo: 80 << 20)
        return Reply(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) },
                uniquingKeysWith: { first, _ in first }),
            bytes: Array(bytes.readableBytesView))
    }

    /// Replaces the sandbox's faults by these.
    func setFaults(_ json: String) async throws {
        let reply = try await post("/_sandbox/faults", json: json)
        #expect(reply.status == 200)
    }

    /// Never shut down: it ends with the process.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
}
