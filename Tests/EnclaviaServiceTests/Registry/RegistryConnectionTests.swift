import EnclaviaCore
import EnclaviaService
import Testing

/// Connections to a registry and its token service that must not be made.
struct RegistryConnectionTests {
    /// The error of a query to a registry at `authority`.
    private func registryError(
        _ authority: String, certificate: String? = nil
    ) async -> RegistryError? {
        let transport = Transport(NetworkSettings(userAgent: "x", certificateFile: certificate))
        let registry = DistributionRegistry(
            transport: transport, system: FixedSystem())
        let error = await errorOf { () async throws(RegistryError) in
            try await registry.manifest(
                DistributionRegistryTests.digest,
                of: DistributionRegistryTests.reference(authority),
                access: DistributionRegistryTests.access(authority))
        }
        await transport.shutdown()
        return error
    }

    @Test func `an untrusted certificate of a registry on this machine is reported`() async throws {
        let tls = try await Certificates.shared().server("self")
        try await withStub(tls: tls, { _ in .response(404) }) { stub in
            let host = "localhost:\(stub.port)"
            let error = await registryError(host)
            #expect(
                error
                    == .unreachable(
                        registry: host, .certificate(host: host, .selfSigned)))
            #expect(error?.isTransient == false && stub.requests.isEmpty)
        }
    }

    @Test func `an untrusted certificate of a token service is reported with its host`()
        async throws
    {
        let tls = try await Certificates.shared().server("self")
        try await withStub(tls: tls, { _ in .json(#"{"token":"t"}"#) }) { realm in
            let host = "localhost:\(realm.port)"
            let challenge = "Bearer realm=\"https://\(host)/token\",service=\"r\""
            try await withStub({ _ in .response(401, headers: ["WWW-Authenticate": challenge]) }) {
                stub in
                #expect(
                    await registryError(stub.authority)
                        == .unreachable(
                            registry: stub.authority, .certificate(host: host, .selfSigned)))
            }
            #expect(realm.requests.isEmpty)
        }
    }

    @Test func `an unusable authority file is a configuration error for a registry too`()
        async throws
    {
        let error = await registryError("127.0.0.1:1", certificate: "/nowhere.pem")
        guard case .configuration(subject: "SSL_CERT_FILE", reason: _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
