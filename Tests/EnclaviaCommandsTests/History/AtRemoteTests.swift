import EnclaviaCommands
import EnclaviaCore
import Testing

/// What `history at --remote` reports about the registry.
struct AtRemoteTests {
    private static let registry = "registry.example.com"

    private static func hex(_ number: Int) -> String {
        String(Sample.digest("manifest \(number)").hex.prefix(12))
    }

    private func remote(
        _ response: Result<ManifestDescriptor?, RegistryError>?, handle: String = "alice",
        words: [String] = []
    ) async throws -> CommandLineRun.Outcome {
        let store = try RealStore()
        try await store.take([Sample.push(4)])
        var line = store.commandLine
        line.adapters.givenBackend = FixedBackend(
            access: RegistryAccess(registry: Self.registry, handle: handle, password: Secret("s")))
        line.adapters.givenRegistry = FixedRegistry(response: response)
        let outcome = await line.run(["history", "at", "myapp:v1", "--remote"] + words)
        withExtendedLifetime(store) {}
        return outcome
    }

    @Test func `--remote reports if the registry agrees, differs or cannot be queried`()
        async throws
    {
        func manifest(_ number: Int) -> ManifestDescriptor {
            ManifestDescriptor(digest: Sample.digest("manifest \(number)"), mediaType: "m")
        }
        let same = try await remote(.success(manifest(4)))
        #expect(same.err == "the registry agrees: alice/myapp:v1 points at \(Self.hex(4))\n")
        let moved = try await remote(.success(manifest(9)), words: ["--json"])
        #expect(
            moved.err.hasPrefix(
                "warning: the registry differs: alice/myapp:v1 points at \(Self.hex(9))")
        )
        #expect(try moved.object()["digest"] as? String == Sample.digest("manifest 4").description)
        let gone = try await remote(.success(nil))
        #expect(gone.err == "warning: the registry differs: it has no tag alice/myapp:v1\n")
        let away = try await remote(
            .failure(.unavailable(registry: Self.registry, reason: "no answer")))
        #expect(away.err.hasPrefix("warning: the registry could not be queried: "))
        let other = try await remote(nil, handle: "bob")
        #expect(other.err.hasPrefix("warning: the registry was not queried: alice/myapp:v1 is in"))
        for outcome in [same, moved, gone, away, other] { #expect(outcome.status == .done) }
    }

    @Test func `--remote cannot be used with a time`() async throws {
        let outcome = try await remote(nil, words: ["last", "tuesday"])
        #expect(outcome.status == .usage)
        #expect(outcome.err.contains("a registry knows only what a tag points at now"))
    }
}

private struct FixedBackend: Backend {
    let access: RegistryAccess
    let url = "https://api.example.com"

    func registryAccess() async throws(BackendError) -> RegistryAccess { access }
    func notify(_ notification: PushNotification) async -> NotifyReply {
        NotifyReply(result: .failure(.unavailable(url: url, reason: "not asked")), attempts: 0)
    }
}

private struct FixedRegistry: Registry {
    let response: Result<ManifestDescriptor?, RegistryError>?

    func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? { nil }
    func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        guard let response else {
            Issue.record("the registry was asked")
            return nil
        }
        return try response.get()
    }
    func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels { ImageLabels() }
    func isReachable(_ registry: String) async -> Bool { true }
}
