import EnclaviaCommands
import EnclaviaCore
import Synchronization
import TestSupport

/// An engine, a backend and a registry that succeed, unless a screen sets a failure.
struct ScreenFixture: SucceedingServices, Backend, Registry, ContextProbe, Accounts, Enclaves {
    static let manifest = Sample.digest("image 1")
    private static let config = Sample.digest("config 1")

    /// A tag in the registry.
    final class Tag: Sendable {
        private let digest = Mutex<Digest?>(nil)

        var held: Digest? { digest.withLock { $0 } }

        func hold(_ new: Digest) { digest.withLock { $0 = new } }
    }

    let clock = ScreenClock()
    let url = "https://api.example.com"
    var missing: EngineError?
    var pushFailure: EngineError?
    var access: BackendError?
    /// The digest under the tag.
    let tag = Tag()
    var reply: Result<NotifyResponse, BackendError> = .success(
        NotifyResponse(matched: 0, triggered: []))
    var enclaves: [Enclave] = []
    var isLoggedIn = true

    func inspect(_ image: String) async throws(EngineError) -> EngineInspection {
        if let missing { throw missing }
        return EngineInspection(
            image: LocalImage(id: Self.config.description), store: .docker,
            engine: EngineVersion(name: "docker", version: "28.2.2"), sizeBytes: 48_123_456)
    }
    func push(
        _ image: String, as reference: ImageReference,
        output: @escaping @Sendable (EngineOutput) -> Void
    ) async throws(EngineError) -> Digest? {
        clock.advance(milliseconds: 400)
        if let pushFailure { throw pushFailure }
        tag.hold(Self.manifest)
        return Self.manifest
    }

    func registryAccess() async throws(BackendError) -> RegistryAccess {
        if let access { throw access }
        return RegistryAccess(
            registry: "registry.example.com", handle: "alice", password: Secret("password"))
    }
    func notify(_ notification: PushNotification) async -> NotifyReply {
        NotifyReply(result: reply, attempts: 1)
    }

    func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? { descriptor(digest) }
    func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? { tag.held.map(descriptor) }
    func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels { .none }
    func isReachable(_ registry: String) async -> Bool { true }

    private func descriptor(_ digest: Digest) -> ManifestDescriptor {
        ManifestDescriptor(
            digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json",
            sizeBytes: 48_123_456,
            config: digest == Self.manifest ? Self.config : Sample.digest("config of \(digest)"))
    }

    func identity() -> (host: String?, user: String?) { ("laptop", "alice") }
    func gather() async -> PushContext {
        PushContext(
            host: "laptop", user: "alice", gitCommit: "b7f8197" + String(repeating: "0", count: 33))
    }

    func account() throws(BackendError) -> Account? {
        if let access { throw access }
        guard isLoggedIn else { return nil }
        return Account(
            handle: "alice", backend: url,
            source: .file(path: "/home/alice/.config/credentials.json"),
            kind: .rotating(expiresAt: ScreenClock.now.adding(milliseconds: 3_600_000)))
    }
    func login(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
    func logout() async throws(BackendError) -> Account? { nil }

    func list(archived: Bool) -> [Enclave] { enclaves }
    func get(_ id: String) async throws(BackendError) -> Enclave {
        guard let enclave = enclaves.first(where: { $0.id == id }) else {
            throw .notFound(what: "enclave")
        }
        return enclave
    }
    func create(_ request: EnclaveRequest) async throws(BackendError) -> Enclave {
        throw .conflict(message: "alice/web:wide has an enclave")
    }
    func logs(_ id: String) -> EnclaveLogs { EnclaveLogs(build: nil, runtime: nil) }
    func stop(_ id: String) {}
    func start(_ id: String) {}
    func restart(_ id: String) {}
    func destroy(_ id: String) {}

    /// A command line with these services, on that store.
    func commandLine(_ store: RealStore, clock: ScreenClock? = nil) -> CommandLineRun {
        var line = store.commandLine
        line.adapters.givenEngine = self
        line.adapters.givenContext = self
        line.adapters.givenBackend = self
        line.adapters.givenRegistry = self
        line.adapters.givenAccounts = self
        line.adapters.givenEnclaves = self
        line.adapters.givenLocks = self
        line.system = clock ?? self.clock
        line.zone = ScreenClock.zone
        return line
    }
}
