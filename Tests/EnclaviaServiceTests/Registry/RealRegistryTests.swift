import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import TestSupport
import Testing

/// Queries to a real distribution registry with token authentication, and to the sandbox's backend.
struct RealRegistryTests {
    /// Uploads a small image as the OCI distribution specification describes ("Push"), and prints the
    /// digest that the registry recorded.
    private static let upload = """
        set -eu
        challenge=$(curl -sS -o /dev/null -D - "http://$REGISTRY/v2/" | tr -d '\\r')
        realm=$(sed -n 's/.*[Rr]ealm="\\([^"]*\\)".*/\\1/p' <<<"$challenge")
        service=$(sed -n 's/.*service="\\([^"]*\\)".*/\\1/p' <<<"$challenge")
        token=$(curl -sS -u "$HANDLE:$PASSWORD" -G "$realm" --data-urlencode "service=$service" \
          --data-urlencode "scope=repository:$NAME:pull,push" | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
        send() { curl -sS -f -H "Authorization: Bearer $token" "$@"; }
        blob() {
          digest=sha256:$(printf %s "$1" | sha256sum | cut -d' ' -f1)
          place=$(send -X POST -D - "http://$REGISTRY/v2/$NAME/blobs/uploads/" | tr -d '\\r' |
            sed -n 's/^[Ll]ocation: //p')
          case $place in /*) place=http://$REGISTRY$place ;; esac
          printf %s "$1" | send -X PUT -H 'Content-Type: application/octet-stream' \
            --data-binary @- "$place&digest=$digest" >&2
          echo "$digest"
        }
        config=$(blob '{"architecture":"amd64","os":"linux"}')
        layer=$(blob 'not much of a layer')
        type=application/vnd.docker.distribution.manifest.v2+json
        printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":37,"digest":"%s"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":19,"digest":"%s"}]}' \
          "$type" "$config" "$layer" |
          send -X PUT -H "Content-Type: $type" --data-binary @- -D - \
            "http://$REGISTRY/v2/$NAME/manifests/v1" | tr -d '\\r' |
          sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p'
        """

    @Test func `a manifest is found by its tag and by its digest`() async throws {
        let sandbox = try await Sandbox.start(engine: false)
        let fixture = try Fixture()
        let configuration = sandbox.environment["XDG_CONFIG_HOME"] ?? ""
        let backend = EnclaviaBackend(
            settings: ServiceSettings(
                configDirectory: "\(configuration)/enclavia", backendURL: sandbox.url, token: nil),
            transport: fixture.transport, system: LiveSystem())
        let access = try await backend.registryAccess()
        #expect(access.registry == sandbox.registry)
        let reference = ImageReference(
            registry: access.registry, owner: access.handle, repository: "app", tag: "v1")
        let pushed = try await Run.shell(
            Self.upload,
            environment: [
                "REGISTRY": access.registry, "HANDLE": access.handle,
                "PASSWORD": access.password.reveal(), "NAME": reference.path,
            ])
        let digest = try #require(
            Digest(pushed.out.split(separator: "\n").last ?? ""), "\(pushed.err)")
        let registry = DistributionRegistry(
            transport: fixture.transport, system: fixture.system)
        let byTag = try #require(
            try await registry.manifest(taggedAs: reference, access: access))
        #expect(byTag.digest == digest)
        #expect(byTag.sizeBytes == 19)
        #expect(byTag.mediaType == "application/vnd.docker.distribution.manifest.v2+json")
        let config = Digest(of: #"{"architecture":"amd64","os":"linux"}"#.utf8)
        #expect(byTag.config == config && byTag.isImage(withID: config.description))
        #expect(try await registry.manifest(digest, of: reference, access: access) == byTag)
        let absent = Digest(of: [0])
        #expect(try await registry.manifest(absent, of: reference, access: access) == nil)
        let elsewhere = ImageReference(
            registry: access.registry, owner: access.handle, repository: "nothing", tag: "v1")
        #expect(try await registry.manifest(taggedAs: elsewhere, access: access) == nil)
        #expect(await registry.isReachable(access.registry))
        let wrong = RegistryAccess(
            registry: access.registry, handle: access.handle, password: Secret("wrong-password"))
        let error = await errorOf { () async throws(RegistryError) in
            try await registry.manifest(digest, of: reference, access: wrong)
        }
        #expect(error == .denied(registry: access.registry, status: 401))
        await fixture.transport.shutdown()
    }

    @Test func `an enclave is created, watched and destroyed`() async throws {
        let sandbox = try await Sandbox.start(engine: false)
        let fixture = try Fixture()
        let configuration = sandbox.environment["XDG_CONFIG_HOME"] ?? ""
        let backend = EnclaviaBackend(
            settings: ServiceSettings(
                configDirectory: "\(configuration)/enclavia", backendURL: sandbox.url, token: nil),
            transport: fixture.transport, system: LiveSystem())
        let made = try await backend.create(
            EnclaveRequest(image: "alice/app:v1", instanceType: .small, name: "first"))
        #expect(made.status == "waiting_for_image" && made.name == "first")
        #expect(try await backend.list(archived: false).map(\.id) == [made.id])
        #expect(try await backend.get(made.id).id == made.id)
        _ = try await backend.logs(made.id)
        try await backend.destroy(made.id)
        #expect(try await backend.list(archived: false).isEmpty)
        #expect(try await backend.list(archived: true).first?.isArchived == true)
        let offset = try #require(try await backend.clockOffset())
        #expect(offset.magnitude < 3000)
        await fixture.transport.shutdown()
    }

    @Test func `a login in a browser leads to a working account`() async throws {
        let sandbox = try await Sandbox.start(engine: false)
        let fixture = try Fixture()
        let settings = fixture.settings(backend: sandbox.url)
        let accounts = EnclaviaAccounts(
            settings: settings, transport: fixture.transport, system: LiveSystem())
        let account = try await accounts.login(LoginRequest(limitSeconds: 30)) { loginPrompt in
            // A browser that follows redirects, as curl does.
            _ = try? await Run.program("curl", ["-sSL", loginPrompt.url])
        }.account
        #expect(account.handle != nil && account.backend == sandbox.url)
        #expect(try accounts.account() == account)
        let backend = EnclaviaBackend(
            settings: settings, transport: fixture.transport, system: LiveSystem())
        #expect(try await backend.registryAccess().handle == account.handle)
        #expect(try await accounts.logout() == account)
        #expect(try accounts.account() == nil)
        await fixture.transport.shutdown()
    }
}

/// The real clock and random source.
struct LiveSystem: SystemEnvironment {
    func now() -> Timestamp { Timestamp(Date()) }

    func random() -> (UInt64, UInt64) {
        (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))
    }
}
