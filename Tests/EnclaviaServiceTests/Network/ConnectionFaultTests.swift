import EnclaviaCore
import EnclaviaService
import Foundation
import NIOSSL
import TestSupport
import Testing

/// Connections that may not be made, and what is told of them.
struct ConnectionFaultTests {
    /// What the call of a backend at `url` meets.
    private func fault(
        _ settings: NetworkSettings, _ url: String
    ) async throws -> ConnectionFault? {
        let error = try await backendError(settings, url)
        guard case .unreachable(url: url, let fault) = error else {
            Issue.record("\(String(describing: error))")
            return nil
        }
        return fault
    }

    /// What a client that trusts `file` meets at a server with that certificate.
    private func certificateFault(
        _ name: String, trusting file: String? = nil, system: SystemAuthorities = .linux
    ) async throws -> CertificateFault? {
        let certificates = try await Certificates.shared()
        return try await withStub(tls: try certificates.server(name), { _ in .answer(204) }) {
            stub in
            let settings = NetworkSettings(
                userAgent: "x", certificateFile: file.map(certificates.path),
                systemAuthorities: system)
            let fault = try await fault(settings, "https://localhost:\(stub.port)")
            #expect(stub.requests.isEmpty)
            guard case .certificate(host: "localhost:\(stub.port)", let reason) = fault else {
                Issue.record("\(String(describing: fault))")
                return nil
            }
            #expect(fault?.isTransient == false)
            return reason
        }
    }

    @Test func `a certificate that signs itself is told of as such`() async throws {
        #expect(try await certificateFault("self") == .selfSigned)
    }

    @Test func `an authority that is not trusted is named`() async throws {
        #expect(try await certificateFault("good") == .unknownAuthority("Corp CA"))
    }

    @Test func `a certificate of the past or the future is told of with the clock`() async throws {
        guard
            case .expired(let end, let now) = try await certificateFault("old", trusting: "ca.pem")
        else {
            Issue.record("an old certificate was believed")
            return
        }
        #expect(end.description == "2021-01-01T00:00:00.000Z" && end < now)
        guard
            case .notYetValid(let start, let then) =
                try await certificateFault("future", trusting: "ca.pem")
        else {
            Issue.record("a future certificate was believed")
            return
        }
        #expect(start.description == "2090-01-01T00:00:00.000Z" && then < start)
    }

    @Test func `the host names that a certificate is for are told`() async throws {
        #expect(
            try await certificateFault("other", trusting: "ca.pem")
                == .otherHost(["other.example"]))
    }

    @Test func `a machine without authorities is told of as such`() async throws {
        let none = SystemAuthorities(files: ["/nowhere.pem"], directories: ["/nowhere"])
        #expect(try await certificateFault("good", system: none) == .noAuthorities)
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func `a server that asks for a client certificate is told of`(
        _ version: TLSVersion
    ) async throws {
        let certificates = try await Certificates.shared()
        let tls = try certificates.server("good", wantsClientCertificate: true, version)
        try await withStub(tls: tls, { _ in .answer(204) }) { stub in
            let host = "localhost:\(stub.port)"
            let fault = try await fault(
                NetworkSettings(userAgent: "x", certificateFile: certificates.path("ca.pem")),
                "https://\(host)")
            // TLS 1.2 has no alert of its own for it.
            let expected: [ConnectionFault] = [
                .clientCertificate(host: host), .alert(host: host, number: 40),
            ]
            #expect(fault == expected[version == .tlsv12 ? 1 : 0])
        }
    }

    @Test func `http and https are told apart`() async throws {
        try await withStub({ _ in .answer(204) }) { stub in
            let host = "localhost:\(stub.port)"
            let found = try await fault(NetworkSettings(userAgent: "x"), "https://\(host)")
            #expect(found == .noTLS(host: host))
        }
        let tls = try await Certificates.shared().server("self")
        try await withStub(tls: tls, { _ in .answer(204) }) { stub in
            let host = "localhost:\(stub.port)"
            let found = try await fault(NetworkSettings(userAgent: "x"), "http://\(host)")
            #expect(found == .onlyTLS(host: host))
        }
    }

    @Test(arguments: [403, 407, 502])
    func `a proxy that refuses is named without its password`(_ status: Int) async throws {
        try await withStub({ _ in .answer(status, body: "<html>no</html>") }) { proxy in
            let fault = try await fault(
                NetworkSettings(
                    userAgent: "x", httpsProxy: "http://bob:pass-word@\(proxy.authority)"),
                "https://backend.invalid")
            #expect(
                fault
                    == .proxy(
                        address: proxy.authority, host: "backend.invalid", status: status))
            #expect(fault?.isTransient == (status == 502))
            #expect(proxy.requests.allSatisfy { $0.headers["Authorization"].isEmpty })
        }
    }

    @Test func `a proxy that shows a certificate of its own is told of by its authority`()
        async throws
    {
        let tls = try await Certificates.shared().server("good")
        try await withStub({ _ in .tunnel(tls) }) { proxy in
            let fault = try await fault(
                NetworkSettings(userAgent: "x", httpsProxy: "http://bob:pass@\(proxy.authority)"),
                "https://backend.invalid")
            #expect(
                fault
                    == .certificate(
                        host: "backend.invalid", .unknownAuthority("Corp CA")))
            #expect(
                proxy.requests.map { $0.headers["Proxy-Authorization"] }
                    == [["Basic Ym9iOnBhc3M="], ["Basic Ym9iOnBhc3M="]])
        }
    }

    /// Ends in the middle of its answers, and without the end that TLS asks for.
    private static let cutOffServer = """
        import socket, ssl, sys
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[1], sys.argv[2])
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(30)
        print(listener.getsockname()[1], file=open(sys.argv[3] + ".new", "w"), flush=True)
        __import__("os").rename(sys.argv[3] + ".new", sys.argv[3])
        with tls.wrap_socket(listener.accept()[0], server_side=True) as connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\nhalf")
        """

    @Test func `an answer that is cut off is not told as a handshake that failed`() async throws {
        let certificates = try await Certificates.shared()
        let folder = try Folder()
        let script = try folder.write(Self.cutOffServer, to: "server.py")
        async let server = Run.program(
            "python3",
            [
                script, certificates.path("good.pem"), certificates.path("key.key"),
                folder.path + "/port",
            ])
        var port = ""
        _ = try await eventually {
            port = (try? String(contentsOfFile: folder.path + "/port", encoding: .utf8)) ?? ""
            return !port.isEmpty
        }
        let fixture = try Fixture()
        let transport = Transport(
            NetworkSettings(userAgent: "x", certificateFile: certificates.path("ca.pem")))
        let backend = EnclaviaBackend(
            settings: fixture.settings(
                backend: "https://localhost:\(port.filter(\.isNumber))", token: "secret-token"),
            transport: transport, system: fixture.system)
        let error = await errorOf { () async throws(BackendError) in
            try await backend.stop("e1")
        }
        await transport.shutdown()
        #expect("\(String(describing: error))".contains("closed before the response was complete"))
        #expect(try await server.status == 0)
    }
}
