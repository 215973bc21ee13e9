import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import Testing

/// TLS, proxies and what a transport costs.
struct TransportTests {
    @Test func `a certificate is accepted only for its host and with a trusted authority`()
        async throws
    {
        let certificates = try await Certificates.shared()
        let certificate = certificates.path("self.pem")
        try await withStub(tls: try certificates.server("self"), { _ in .response(204) }) { stub in
            let url = "https://localhost:\(stub.port)"
            #expect(try await backendError(NetworkSettings(userAgent: "x"), url) != nil)
            #expect(stub.requests.isEmpty)
            let trusting = NetworkSettings(userAgent: "x", certificateFile: certificate)
            let start = ContinuousClock.now
            let trusted = try await backendError(trusting, url)
            #expect(trusted == nil)
            #expect(ContinuousClock.now - start < .seconds(3))
            guard
                case .unreachable(_, .certificate(_, .otherHost(["localhost"]))) =
                    try await backendError(trusting, "https://127.0.0.1:\(stub.port)")
            else {
                Issue.record("another host's certificate was accepted")
                return
            }
            #expect(stub.requests.count == 1)
        }
    }

    @Test func `a proxy gets a CONNECT request without the token`() async throws {
        try await withStub({ _ in .response(502) }) { proxy in
            let address = "http://bob:pass@\(proxy.authority)"
            let through = try await backendError(
                NetworkSettings(userAgent: "x", httpsProxy: address),
                "https://backend.invalid:8443")
            guard case .unreachable = through else {
                Issue.record("\(String(describing: through))")
                return
            }
            let request = try #require(proxy.requests.first)
            #expect(request.method == .CONNECT && request.uri == "backend.invalid:8443")
            #expect(request.headers["Proxy-Authorization"] == ["Basic Ym9iOnBhc3M="])
            #expect(request.headers["Authorization"].isEmpty)
            let direct = try await backendError(
                NetworkSettings(userAgent: "x", httpsProxy: address, noProxy: ".invalid"),
                "https://backend.invalid")
            #expect(
                direct
                    == .unavailable(
                        url: "https://backend.invalid",
                        reason: "the host name backend.invalid cannot be resolved"))
            // The second request gets the status, which the HTTP client does not report.
            #expect(proxy.requests.count == 2)
        }
    }

    @Test func `an invalid proxy is an error only for a call that would use it`() async throws {
        let settings = NetworkSettings(userAgent: "x", httpsProxy: "https://proxy.example")
        try await withStub({ _ in .response(204) }) { stub in
            let error = try await backendError(settings, stub.url)
            #expect(error == nil)
        }
        guard
            case .configuration(subject: "HTTPS_PROXY", reason: _) = try await backendError(
                settings, "https://backend.invalid")
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
        // Other tests run in parallel and start threads of their own.
        #expect(try threads() < before + 100)
        for transport in transports { await transport.shutdown() }
    }
}
