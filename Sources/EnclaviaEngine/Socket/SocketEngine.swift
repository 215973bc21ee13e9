import Dispatch
import EnclaviaCore
import SystemPackage

/// The engine's API over its Unix socket.
///
/// Source: Docker Engine API 1.24 and later: `GET /images/{name}/json`, `GET /version`, `GET /images/json`,
///  `POST /images/{name}/tag`.
struct SocketEngine: Sendable {
    let path: String

    /// The timeout of a request, long enough for an engine under load.
    static let milliseconds: Int64 = 30_000
    static let limit = 16 << 20

    /// - Returns: `nil` where the connection fails, or the response is not understood. The caller then uses the
    ///   client, which may succeed, and otherwise has the error message.
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)``;
    ///   ``EngineError/unavailable(endpoint:reason:)``.
    func inspect(_ image: String) async throws(EngineError) -> EngineInspection? {
        async let version = request("/version")
        let response: EngineSocket.Response
        switch await request("/images/\(Self.escaped(image))/json?manifests=1") {
        case .success(let success): response = success
        case .failure(.invalidResponse), .failure(.notConnected): return nil
        case .failure(let fault): throw unavailable(fault)
        }
        if response.status == 404, decodeResponse(EngineMessage.self, response.body) != nil {
            throw .imageNotFound(image: image, nearest: await nearest(to: image))
        }
        guard response.status == 200,
            let found = decodeResponse(ImageResponse.self, response.body),
            case .success(let server) = await version, server.status == 200,
            let engine = decodeResponse(ServerResponse.self, server.body)?.engine
        else { return nil }
        return EngineInspection(
            image: found.image, store: found.store(of: engine), engine: engine,
            sizeBytes: found.size)
    }

    /// Tags an image.
    ///
    /// - Returns: whether the engine did. If not, the caller uses the client, which has the error message.
    func tag(_ image: String, as reference: ImageReference) async -> Bool {
        let target =
            "/images/\(Self.escaped(image))/tag?repo=\(Self.escaped(reference.name))"
            + "&tag=\(Self.escaped(reference.tag))"
        guard case .success(let response) = await request(target, by: .post) else { return false }
        return response.status == 201
    }

    /// The engine's name and version.
    func version() async -> Result<EngineVersion, EngineError> {
        switch await request("/version") {
        case .success(let response):
            guard let engine = decodeResponse(ServerResponse.self, response.body)?.engine else {
                return .failure(unavailable(.invalidResponse))
            }
            return .success(engine)
        case .failure(let fault):
            return .failure(unavailable(fault))
        }
    }

    private func nearest(to image: String) async -> [String] {
        guard case .success(let response) = await request("/images/json"), response.status == 200
        else {
            return []
        }
        return NearestNames.to(image, among: EngineImages.names(in: response.body))
    }

    private func unavailable(_ fault: EngineSocket.Fault) -> EngineError {
        let reason =
            switch fault {
            case .notConnected(let code): "\(Errno(rawValue: code))"
            case .tooSlow: "timed out after \(Self.milliseconds / 1000) s"
            case .cancelled: "cancelled"
            case .invalidResponse: "the response is not from a container engine"
            }
        return .unavailable(endpoint: "unix://\(path)", reason: reason)
    }

    /// Sends the request on Dispatch's global queue, because it blocks its thread.
    private func request(
        _ target: String, by method: EngineSocket.Method = .get,
        milliseconds: Int64 = Self.milliseconds
    ) async -> Result<EngineSocket.Response, EngineSocket.Fault> {
        let socket = EngineSocket(path: path)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    let result = Result { () throws(EngineSocket.Fault) in
                        try socket.request(
                            target, by: method, milliseconds: milliseconds, limit: Self.limit)
                    }
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            socket.cancel()
        }
    }

    /// Percent-encodes a name for a path (RFC 3986, section 3.3). Slashes stay, as the engine expects.
    static func escaped(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: ":"):
                    true
                default: "-._~/@".utf8.contains(byte)
                }
            text +=
                isPlain
                ? String(Unicode.Scalar(byte)) : "%" + Hexadecimal.encode([byte]).uppercased()
        }
        return text
    }
}
