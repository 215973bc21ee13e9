import EnclaviaCore
import EnclaviaService
import Foundation
import NIOSSL
import TestSupport
import Testing

/// Connections that must not be made, and their errors.
struct ConnectionFaultTests {
    /// The fault of a call to a backend at `url`.
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

    /// The fault of a client that trusts `file` at a server with that certificate.
    private func certificateFault(
        _ name: String, trusting file: String? = nil, system: SystemAuthorities = .linux
    ) async throws -> CertificateFault? {
        let certificates = try await Certificates.shared()
        return try await withStub(tls: try certificates.server(name), { _ in .response(204) }) {
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

    @Test func `a self-signed certificate is reported as one`() async throws {
        #expect(try await certificateFault("self") == .selfSigned)
    }

    @Test func `the error names an authority that is not trusted`() async throws {
        #expect(try await certificateFault("good") == .unknownAuthority("Corp CA"))
    }

    @Test func `an expired or not yet valid certificate is reported with the current time`()
        async throws
    {
        guard
            case .expired(let end, let now) = try await certificateFault("old", trusting: "ca.pem")
        else {
            Issue.record("an expired certificate was accepted")
            return
        }
        #expect(end.description == "2021-01-01T00:00:00.000Z" && end < now)
        guard
            case .notYetValid(let start, let then) =
                try await certificateFault("future", trusting: "ca.pem")
        else {
            Issue.record("a certificate of the future was accepted")
            return
        }
        #expect(start.description == "2090-01-01T00:00:00.000Z" && then < start)
    }

    @Test func `the error has the host names of the certificate`() async throws {
        #expect(
            try await certificateFault("other", trusting: "ca.pem")
                == .otherHost(["other.example"]))
    }

    @Test func `a machine without certificate authorities is reported as one`() async throws {
        let none = SystemAuthorities(files: ["/nowhere.pem"], directories: ["/nowhere"])
        #expect(try await certificateFault("good", system: none) == .noAuthorities)
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func `a server that requires a client certificate is reported`(
        _ version: TLSVersion
    ) async throws {
        let certificates = try await Certificates.shared()
        let tls = try certificates.server("good", wantsClientCertificate: true, version)
        try await withStub(tls: tls, { _ in .response(204) }) { stub in
            let host = "localhost:\(stub.port)"
            let fault = try await fault(
                NetworkSettings(userAgent: "x", certificateFile: certificates.path("ca.pem")),
                "https://\(host)")
            // TLS 1.2 has no specific alert for it.
            let expected: [ConnectionFault] = [
                .clientCertificate(host: host), .alert(host: host, number: 40),
            ]
            #expect(fault == expected[version == .tlsv12 ? 1 : 0])
        }
    }

    @Test func `http to an https port, and https to an http port, are recognized`() async throws {
        try await withStub({ _ in .response(204) }) { stub in
            let host = "localhost:\(stub.port)"
            let found = try await fault(NetworkSettings(userAgent: "x"), "https://\(host)")
            #expect(found == .noTLS(host: host))
        }
        let tls = try await Certificates.shared().server("self")
        try await withStub(tls: tls, { _ in .response(204) }) { stub in
            let host = "localhost:\(stub.port)"
            let found = try await fault(NetworkSettings(userAgent: "x"), "http://\(host)")
            #expect(found == .onlyTLS(host: host))
        }
    }

    @Test(arguments: [403, 407, 502])
    func `the error for a proxy that refuses names it without its password`(_ status: Int)
        async throws
    {
        try await withStub({ _ in .response(status, body: "<html>no</html>") }) { proxy in
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

    @Test func `a proxy with its own certificate is reported by the certificate's authority`()
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

    /// Closes in the middle of its answers, without the closure alert that TLS requires.
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

    @Test func `an answer that is cut off is not reported as a failed handshake`() async throws {
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
