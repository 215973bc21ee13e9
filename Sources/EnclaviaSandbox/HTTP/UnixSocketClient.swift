import AsyncHTTPClient
import EnclaviaCore
import EnclaviaSystem
import NIOCore

/// HTTP on a unix socket: a docker engine's interface, or the registry's.
struct UnixSocketClient: Sendable {
    let path: String
    let client: HTTPClient

    /// The URL by which the HTTP client knows `resource` on the socket at `path`.
    static func url(_ resource: String, at path: String) -> String {
        "http+unix://\(PercentEncoding.encode(path))\(resource)"
    }

    /// The status that `method` of a path answers with, nil without an answer in time.
    func status(
        _ resource: String, method: String = "GET", timeout: TimeAmount = .seconds(2)
    ) async -> Int? {
        let response = try? await client.execute(request(method, resource), timeout: timeout)
        return response.map { Int($0.status.code) }
    }

    /// The JSON that `GET` of a path answers with, nil where there is none.
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
        // Without it the client would name the socket, which Go's server takes for malformed.
        request.headers.add(name: "Host", value: "localhost")
        return request
    }
}
