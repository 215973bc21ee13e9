import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import NIOSSL
import TestSupport
import Testing

/// TLS, proxies and what a transport costs.
struct TransportTests {
    private func error(
        _ settings: NetworkSettings, url: String
    ) async throws -> BackendError? {
        let fixture = try Fixture()
        let transport = Transport(settings)
        let backend = EnclaviaBackend(
            settings: fixture.settings(backend: url, token: "secret-token"), transport: transport,
            surroundings: fixture.surroundings)
        let error = await errorOf { () async throws(BackendError) in
            try await backend.stop("e1")
        }
        await transport.shutdown()
        return error
    }

    @Test func `a certificate is believed only where its authority is named`() async throws {
        let folder = try Folder()
        let made = try await Run.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 "
                + "-subj /CN=localhost -addext subjectAltName=DNS:localhost",
            directory: folder.path)
        try #require(made.status == 0, "\(made.err)")
        let certificate = "\(folder.path)/cert.pem"
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [
                    .certificate(try NIOSSLCertificate.fromPEMFile(certificate)[0])
                ],
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(file: "\(folder.path)/key.pem", format: .pem))))
        try await withStub(tls: context, { _ in .answer(204) }) { stub in
            let url = "https://localhost:\(stub.port)"
            guard
                case .unavailable(url: url, let reason) = try await error(
                    NetworkSettings(userAgent: "x"), url: url)
            else {
                Issue.record("an unknown authority was believed")
                return
            }
            #expect(reason.hasPrefix("TLS: "))
            #expect(stub.requests.isEmpty)
            let trusting = NetworkSettings(userAgent: "x", certificateFile: certificate)
            let start = ContinuousClock.now
            let trusted = try await error(trusting, url: url)
            #expect(trusted == nil)
            #expect(ContinuousClock.now - start < .seconds(3))
            guard
                case .unavailable = try await error(
                    trusting, url: "https://127.0.0.1:\(stub.port)")
            else {
                Issue.record("another host's certificate was believed")
                return
            }
            #expect(stub.requests.count == 1)
        }
        let nowhere = NetworkSettings(userAgent: "x", certificateFile: "/nowhere.pem")
        #expect(
            try await error(nowhere, url: "https://localhost:1")
                == .configuration(
                    subject: "SSL_CERT_FILE",
                    reason: "/nowhere.pem cannot be read as PEM certificates"))
    }

    @Test func `a proxy is asked to connect, and is not told the token`() async throws {
        try await withStub({ _ in .answer(502) }) { proxy in
            let address = "http://bob:pass@\(proxy.authority)"
            let through = try await error(
                NetworkSettings(userAgent: "x", httpsProxy: address),
                url: "https://backend.invalid:8443")
            guard case .unavailable = through else {
                Issue.record("\(String(describing: through))")
                return
            }
            let request = try #require(proxy.requests.first)
            #expect(request.method == .CONNECT && request.uri == "backend.invalid:8443")
            #expect(request.headers["Proxy-Authorization"] == ["Basic Ym9iOnBhc3M="])
            #expect(request.headers["Authorization"].isEmpty)
            let direct = try await error(
                NetworkSettings(userAgent: "x", httpsProxy: address, noProxy: ".invalid"),
                url: "https://backend.invalid")
            #expect(
                direct
                    == .unavailable(
                        url: "https://backend.invalid",
                        reason: "the host name backend.invalid is not known"))
            #expect(proxy.requests.count == 1)
        }
    }

    @Test func `a proxy that cannot be used matters only where it would be`() async throws {
        let settings = NetworkSettings(userAgent: "x", httpsProxy: "https://proxy.example")
        try await withStub({ _ in .answer(204) }) { stub in
            let error = try await error(settings, url: stub.url)
            #expect(error == nil)
        }
        guard
            case .configuration(subject: "HTTPS_PROXY", reason: _) = try await error(
                settings, url: "https://backend.invalid")
        else {
            Issue.record("the proxy was used")
            return
        }
    }

    @Test func `a transport that is not used starts no thread`() async throws {
        func threads() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
        }
        let before = try threads()
        let transports = (0..<100).map { _ in Transport(NetworkSettings(userAgent: "x")) }
        // Other tests run beside this one, and start threads of their own.
        #expect(try threads() < before + 100)
        for transport in transports { await transport.shutdown() }
    }
}
