import AsyncHTTPClient
import EnclaviaCore
import EnclaviaSystem
import NIOCore

/// HTTP on a unix socket: a docker engine's API, or the registry's.
struct UnixSocketClient: Sendable {
    let path: String
    let client: HTTPClient

    /// The URL, for the HTTP client, of `resource` on the socket at `path`.
    static func url(_ resource: String, at path: String) -> String {
        "http+unix://\(PercentEncoding.encode(path))\(resource)"
    }

    /// The status of the response to `method` of a path; nil without a response in time.
    func status(
        _ resource: String, method: String = "GET", timeout: TimeAmount = .seconds(2)
    ) async -> Int? {
        let response = try? await client.execute(request(method, resource), timeout: timeout)
        return response.map { Int($0.status.code) }
    }

    /// The JSON of the response to `GET` of a path; nil where there is none.
    func json(_ resource: String) async -> JSONValue? {
        guard
            let response = try? await client.execute(
                request("GET", resource), timeout: .seconds(10)),
            response.status.code < 300, let body = try? await response.body.collect(upTo: 8 << 20)
        else { return nil }
        return JSONValue(bytes: body.readableBytesView)
    }

    private func request(_ method: String, _ resource: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: Self.url(resource, at: path))
        request.method = .init(rawValue: method)
        // Otherwise the client sends the path of the socket, which Go's server rejects as malformed.
        request.headers.add(name: "Host", value: "localhost")
        return request
    }
}
