import EnclaviaCommands
import EnclaviaCore
import Synchronization
import TestSupport
import Testing

/// A clock that a test advances, and random numbers.
final class MovingClock: SystemEnvironment {
    private let moment = Mutex(Sample.moment("2026-11-23T12:00:00Z"))
    private let count = Atomic(0)

    /// How often the time was read.
    var reads: Int { count.load(ordering: .acquiring) }

    func now() -> Timestamp {
        count.add(1, ordering: .acquiringAndReleasing)
        return moment.withLock { $0 }
    }

    /// Waits until the time was read `times` times more; a ticker reads it at each tick.
    func isRead(_ times: Int = 2) async {
        let target = reads + times
        let isReached = try? await eventually { reads >= target }
        #expect(isReached == true, "the clock is not read")
    }
    func random() -> (UInt64, UInt64) { (UInt64.random(in: 0 ... .max), 1) }

    func advance(seconds: Int64) {
        moment.withLock { $0 = $0.adding(milliseconds: seconds * 1_000) }
    }
}

/// Services with which every push of `app` succeeds, with the output that a test sets.
struct PushFixture: SucceedingServices, Backend, Registry, ContextProbe {
    static let digest = Digest(of: Array("manifest".utf8))
    static let image = Digest(of: Array("config".utf8))

    let url = "https://api.example.com"
    /// What the engine does while it pushes.
    var pushing: @Sendable (@Sendable (EngineOutput) -> Void) async -> Void = { _ in }

    /// The error that ends the push.
    var failure: EngineError?
    var signs = false
    /// Similar names, if there is no local image.
    var missing: [String]?
    /// The manifest under the tag before the push.
    var held: ManifestDescriptor?
    /// The backend's answer.
    var reply: Result<NotifyResponse, BackendError> = .success(
        NotifyResponse(matched: 1, triggered: ["e1"]))

    func inspect(_ image: String) async throws(EngineError) -> EngineInspection {
        if let missing { throw .imageNotFound(image: image, nearest: missing) }
        return EngineInspection(
            image: LocalImage(id: Self.image.description), store: .docker,
            engine: EngineVersion(name: "docker", version: "28"),
            sizeBytes: nil)
    }
    func push(
        _ image: String, as reference: ImageReference,
        output: @escaping @Sendable (EngineOutput) -> Void
    ) async throws(EngineError) -> Digest? {
        await pushing(output)
        if let failure { throw failure }
        return Self.digest
    }

    func registryAccess() async throws(BackendError) -> RegistryAccess {
        RegistryAccess(
            registry: "registry.example.com", handle: "alice", password: Secret("password"))
    }
    func notify(_ notification: PushNotification) async -> NotifyReply {
        NotifyReply(result: reply, attempts: 1)
    }

    func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        ManifestDescriptor(digest: digest, mediaType: "m", sizeBytes: 7, config: Self.image)
    }
    func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? { held }
    func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels { .none }
    func isReachable(_ registry: String) async -> Bool { true }

    func identity() -> (host: String?, user: String?) { ("lap\u{1B}[2Jtop", "alice") }
    func gather() async -> PushContext { PushContext(host: "lap\u{1B}[2Jtop", user: "alice") }

    /// A command line with these services and that journal.
    ///
    /// - Parameter onEngine: as ``TestAdapters/onEngine`` has it.
    func commandLine(
        _ journal: any PushJournal, onEngine: @escaping @Sendable (Bool) -> Void = { _ in }
    ) -> CommandLineRun {
        CommandLineRun(
            adapters: TestAdapters(
                givenEngine: self, givenContext: self, givenBackend: self, givenRegistry: self,
                givenJournal: journal, givenLocks: self, onEngine: onEngine))
    }
}

/// A journal that cannot write anywhere.
final class LostJournal: PushJournal, PushEntry {
    private let state = Mutex<PushRecord?>(nil)

    var id: PushID { record.id }
    var record: PushRecord {
        state.withLock { $0 } ?? Sample.push(1)
    }
    var location: RecordLocation { .nowhere(reason: "full") }
    private var receipt: PushReceipt { PushReceipt(record: record, location: location) }

    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
        state.withLock { $0 = .started(started, by: id) }
        return self
    }
    func record(
        _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated, _ manifest: PushedManifest
    ) async -> any PushEntry {
        _ = await begin(id, started)
        _ = await append([.authenticated(known), .pushed(manifest)])
        return self
    }
    func append(_ steps: [PushStep]) async -> PushReceipt {
        state.withLock { for step in steps { $0?.apply(step) } }
        return receipt
    }
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp
    ) async -> PushReceipt {
        await append([.pushed(PushedManifest(digest: digest, pushedAt: moment))])
    }
    func finish(_ ending: PushEnding) async -> PushReceipt {
        state.withLock { $0 = $0?.ended(ending) }
        return receipt
    }
    func close() async {}

    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt { await append(steps) }
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp, to id: PushID
    ) async -> PushReceipt {
        await appendPushed(
            digest: digest, mediaType: mediaType, sizeBytes: sizeBytes, after: before, at: moment)
    }
    func commit(
        of digest: Digest, at reference: ImageReference
    ) async throws(StoreError) -> String? { nil }
    func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)? { nil }
    func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String
    ) async throws(StoreError) -> Bool { true }

    func unverified(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> [PushRecord] { [] }

    func pendingNotifications(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> PendingNotifications {
        PendingNotifications(toSend: [], superseded: [])
    }
}
