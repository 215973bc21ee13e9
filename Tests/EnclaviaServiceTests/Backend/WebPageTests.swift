import EnclaviaCore
import EnclaviaService
import NIOHTTP1
import Testing

/// Web pages in place of answers, as proxies on the way return them.
struct WebPageTests {
    private func error(_ stub: StubServer) async -> BackendError? {
        let transport = Transport(NetworkSettings(userAgent: "x"))
        let backend = EnclaviaBackend(
            settings: ServiceSettings(
                configDirectory: "/nowhere", backendURL: stub.url, token: "secret-token"),
            transport: transport, system: FixedSystem())
        let error = await errorOf { () async throws(BackendError) in
            try await backend.get("e1")
        }
        await transport.shutdown()
        return error
    }

    @Test(arguments: [400, 403, 405, 451])
    func `a web page in place of an answer is reported as a possible proxy's`(_ status: Int)
        async throws
    {
        let page: StubReply = .response(
            status, body: "<html>blocked</html>",
            headers: ["Content-Type": "Text/HTML; charset=utf-8"])
        try await withStub({ _ in page }) { stub in
            let error = await error(stub)
            #expect(
                error
                    == .protocolViolation(
                        call: "GET /enclaves/e1",
                        detail: "a web page (HTTP \(status)), which may come from a proxy"))
            #expect(stub.requests.count == 1)
        }
    }

    @Test func `the text of a web page is not reported as the backend's message`() async throws {
        let page: StubReply = .response(
            503, body: "<html>out of order</html>", headers: ["Content-Type": "text/html"])
        try await withStub({ _ in page }) { stub in
            let error = await error(stub)
            #expect(error == .failed(url: stub.url, status: 503, message: nil))
        }
    }

    @Test(arguments: [400, 403])
    func `a web page in place of a registry's answer is not a refusal`(_ status: Int) async throws {
        let page: StubReply = .response(
            status, body: "<html>", headers: ["Content-Type": "text/html"])
        try await withStub({ _ in page }) { stub in
            let transport = Transport(NetworkSettings(userAgent: "x"))
            let registry = DistributionRegistry(
                transport: transport, system: FixedSystem())
            let error = await errorOf { () async throws(RegistryError) in
                try await registry.manifest(
                    DistributionRegistryTests.digest,
                    of: DistributionRegistryTests.reference(stub.authority),
                    access: DistributionRegistryTests.access(stub.authority))
            }
            #expect(
                error
                    == .protocolViolation(
                        registry: stub.authority,
                        detail: "a web page (HTTP \(status)), which may come from a proxy"))
            await transport.shutdown()
        }
    }
}
