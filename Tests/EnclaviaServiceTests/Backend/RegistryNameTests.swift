import EnclaviaCore
import EnclaviaService
import Testing

/// The registry names that a backend may return.
struct RegistryNameTests {
    @Test(arguments: [
        "localhost", "localhost:5000", "registry:5000", "r.example", "R.Example:5000", "127.0.0.1",
        "[::1]:5000", "xn--rgistre-bya.example", "docker.io.example",
    ])
    func `a registry name that engines read as a host is accepted`(_ name: String) async throws {
        let fixture = try Fixture()
        let body = #"{"registry_url":"\#(name)","namespace":"alice"}"#
        try await withStub({ _ in .json(body) }) { stub in
            let access = try await fixture.backend(stub.url, token: "t").registryAccess()
            #expect(access.registry == name)
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        "registry",
        "Registry",
        "docker.io",
        "index.docker.io:443",
        "r.example.",
        "r..example",
        "r-.example",
        "my_r.example",
        "r.example/",
        "u:p@r.example",
        "r.example:0",
        "r.example:70000",
        "régistre.example",
        "::1",
    ])
    func `a registry name that engines do not read as that host is refused`(_ name: String)
        async throws
    {
        let fixture = try Fixture()
        let body = #"{"registry_url":"\#(name)","namespace":"alice"}"#
        try await withStub({ _ in .json(body) }) { stub in
            let error = await errorOf { () async throws(BackendError) in
                try await fixture.backend(stub.url, token: "t").registryAccess()
            }
            #expect(
                error
                    == .protocolViolation(
                        call: "GET /me/registry", detail: "registry_url is not valid"))
        }
        await fixture.transport.shutdown()
    }
}
