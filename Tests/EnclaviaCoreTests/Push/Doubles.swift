import EnclaviaCore
import Synchronization
import Testing

/// The calls of the doubles, in order.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
    func index(of line: String) -> Int? { all.firstIndex(of: line) }
}

/// An engine with given answers; a push without an answer fails the test.
final class ScriptedEngine: ImageEngine, EngineSession {
    let log: Log
    let inspection: Result<EngineInspection, EngineError>
    /// The id of the image that has the pushed name afterwards.
    let named: String?
    /// The error of the tag call.
    let tagging: EngineError?
    let signs: Bool
    private let pushes: Mutex<[Result<Digest?, EngineError>]>

    init(
        _ log: Log,
        inspection: Result<EngineInspection, EngineError> = .success(ScriptedEngine.inspected),
        pushes: [Result<Digest?, EngineError>], named: String? = nil, tagging: EngineError? = nil,
        signs: Bool = false
    ) {
        self.signs = signs
        self.named = named
        self.tagging = tagging
        self.log = log
        self.inspection = inspection
        self.pushes = Mutex(pushes)
    }

    static let imageID = Digest(of: Array("config".utf8))
    static let inspected = EngineInspection(
        image: LocalImage(id: imageID.description), store: .docker,
        engine: EngineVersion(name: "docker", version: "28"), sizeBytes: nil)

    func inspect(_ image: String) async throws(EngineError) -> EngineInspection {
        let found = try inspection.get()
        guard image == Example.reference.description, let named else { return found }
        return EngineInspection(
            image: LocalImage(id: named), store: found.store, engine: found.engine,
            sizeBytes: nil)
    }

    func openSession(
        for registry: String, push: PushID?
    ) async throws(EngineError) -> any EngineSession {
        log.add("open")
        return self
    }

    func login(handle: String, password: Secret) async throws(EngineError) {
        log.add("login \(password.reveal())")
    }

    func tag(_ image: String, as reference: ImageReference) async throws(EngineError) {
        log.add("tag \(image) as \(reference)")
        if let tagging { throw tagging }
    }

    func push(
        _ image: String, as reference: ImageReference,
        output: @escaping @Sendable (EngineOutput) -> Void
    ) async throws(EngineError) -> Digest? {
        log.add("push")
        let next = pushes.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else {
            Issue.record("unexpected push")
            return nil
        }
        return try next.get()
    }

    func close() async { log.add("close") }
}

final class ScriptedBackend: Backend {
    let url = "https://api.example.com"
    let log: Log
    private let accesses: Mutex<[Result<RegistryAccess, BackendError>]>
    private let reply: Result<NotifyResponse, BackendError>?

    init(
        _ log: Log, accesses: [Result<RegistryAccess, BackendError>],
        reply: Result<NotifyResponse, BackendError>?
    ) {
        self.log = log
        self.accesses = Mutex(accesses)
        self.reply = reply
    }

    func registryAccess() async throws(BackendError) -> RegistryAccess {
        log.add("registry access")
        let next = accesses.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else {
            Issue.record("unexpected call of the backend")
            throw .notFound(what: "answer")
        }
        return try next.get()
    }

    func notify(_ notification: PushNotification) async -> NotifyReply {
        log.add("notify \(notification.idempotencyKey)")
        guard let reply else {
            Issue.record("unexpected notification")
            return NotifyReply(result: .failure(.notFound(what: "answer")), attempts: 0)
        }
        return NotifyReply(result: reply, attempts: 1)
    }
}

final class ScriptedRegistry: Registry {
    let log: Log
    let byDigest: Result<ManifestDescriptor?, RegistryError>?
    /// The manifest under the tag after the answers of ``held``; none if `nil`.
    let byTag: Result<ManifestDescriptor?, RegistryError>?
    let labelled: Result<ImageLabels, RegistryError>?
    /// The first answers to queries by tag.
    private let held: Mutex<[Result<ManifestDescriptor?, RegistryError>]>
    /// Manifests that are found by digest, before ``byDigest`` answers.
    let manifests: [ManifestDescriptor]
    /// How many first queries by digest find nothing.
    private let absences: Mutex<Int>
    /// A password that has expired.
    let expired: String?

    init(
        log: Log, byDigest: Result<ManifestDescriptor?, RegistryError>?,
        byTag: Result<ManifestDescriptor?, RegistryError>?, manifests: [ManifestDescriptor] = [],
        absences: Int = 0, held: [Result<ManifestDescriptor?, RegistryError>] = [],
        labelled: Result<ImageLabels, RegistryError>? = nil, expired: String? = nil
    ) {
        self.expired = expired
        self.held = Mutex(held)
        self.labelled = labelled
        self.log = log
        self.byDigest = byDigest
        self.byTag = byTag
        self.manifests = manifests
        self.absences = Mutex(absences)
    }

    func manifest(
        _ digest: Digest, of reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        log.add("ask by digest \(access.password.reveal())")
        try check(access)
        let isAbsent = absences.withLock { left in
            defer { left -= 1 }
            return left > 0
        }
        if isAbsent { return nil }
        if let found = manifests.first(where: { $0.digest == digest }) { return found }
        guard let byDigest else {
            Issue.record("unexpected query by digest")
            return nil
        }
        return try byDigest.get()
    }

    func manifest(
        taggedAs reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor? {
        log.add("ask by tag \(access.password.reveal())")
        try check(access)
        let next = held.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return try (next ?? byTag ?? .success(nil)).get()
    }

    func labels(
        of manifest: ManifestDescriptor, in reference: ImageReference, access: RegistryAccess
    ) async throws(RegistryError) -> ImageLabels {
        log.add("ask for labels")
        try check(access)
        guard let labelled else {
            Issue.record("unexpected query for labels")
            return .none
        }
        return try labelled.get()
    }

    func isReachable(_ registry: String) async -> Bool { true }

    private func check(_ access: RegistryAccess) throws(RegistryError) {
        if access.password.reveal() == expired {
            throw .denied(registry: access.registry, status: 401)
        }
    }
}

/// A checkout with given answers.
struct ScriptedCommits: CommitGraph {
    var commit: String?
    /// `nil` if a query fails the test.
    var order: Result<Bool, CommitGraphError>?
    /// Why the checked-out commit is unknown.
    var fault: CommitGraphError?

    func head() async throws(CommitGraphError) -> String? {
        if let fault { throw fault }
        return commit
    }

    func isAncestor(
        _ ancestor: CommitID, of commit: CommitID
    ) async throws(CommitGraphError) -> Bool {
        guard let order else {
            Issue.record("unexpected query for the order of commits")
            return false
        }
        return try order.get()
    }
}

/// Locks that are free, or whose wait a signal ends.
struct ScriptedLocks: ReferenceLocks {
    let log: Log
    var isCancelled = false

    private struct Held: ReferenceLock {
        let log: Log
        func release() { log.add("unlock") }
    }

    func acquire(
        _ reference: ImageReference, for use: ReferenceUse, onWait: @Sendable () async -> Void
    ) async throws(CancellationError) -> (any ReferenceLock)? {
        log.add("lock \(use) \(reference)")
        guard isCancelled else { return Held(log: log) }
        await onWait()
        throw CancellationError()
    }
}

/// A journal in memory, with ``previous`` as the tag's previous digest.
final class MemoryJournal: PushJournal, PushEntry {
    let log: Log
    let previous: Digest?
    /// The newest push of the reference, if it is another one.
    let newestPush: PushID?
    /// The commit of the tag's digest, by the history.
    let commit: Result<String?, StoreError>
    private let state = Mutex<PushRecord?>(nil)
    private let lists = Mutex<[[PushStep]]>([])

    init(
        _ log: Log, previous: Digest? = nil, newestPush: PushID? = nil,
        commit: Result<String?, StoreError> = .success(nil)
    ) {
        self.commit = commit
        self.log = log
        self.previous = previous
        self.newestPush = newestPush
    }

    var id: PushID { record.id }
    var record: PushRecord { state.withLock { $0 } ?? Example.record() }
    var location: RecordLocation { .store }
    /// The added steps, grouped by call.
    var steps: [[PushStep]] { lists.withLock { $0 } }

    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
        log.add("record started")
        state.withLock { $0 = .started(started, by: id) }
        return self
    }

    func record(
        _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated, _ manifest: PushedManifest
    ) async -> any PushEntry {
        log.add("record \(known.reference) \(manifest.digest)")
        state.withLock { $0 = .started(started, by: id) }
        var manifest = manifest
        manifest.previousDigest = previous
        manifest.tagChange = previous.map { TagChange(from: $0, to: manifest.digest) }
        manifest.tagChangeSource = previous.map { _ in .history }
        _ = await append([.authenticated(known), .pushed(manifest)])
        return self
    }

    func append(_ steps: [PushStep]) async -> PushReceipt {
        lists.withLock { $0.append(steps) }
        state.withLock { record in
            for step in steps { record?.apply(step) }
        }
        return PushReceipt(record: record, location: .store)
    }

    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp
    ) async -> PushReceipt {
        log.add("record digest")
        let (held, source): (Digest?, TagChangeSource) =
            switch before {
            case .registry(let held): (held, .registry)
            case .history: (previous, .history)
            }
        return await append([
            .pushed(
                PushedManifest(
                    digest: digest, tagChange: TagChange(from: held, to: digest),
                    tagChangeSource: source, previousDigest: held, pushedAt: moment))
        ])
    }

    func commit(
        of digest: Digest, at reference: ImageReference
    ) async throws(StoreError) -> String? { try commit.get() }

    func finish(_ ending: PushEnding) async -> PushReceipt {
        log.add("record end")
        state.withLock { $0 = $0?.ended(ending) }
        return PushReceipt(record: record, location: .store)
    }

    func close() async { log.add("let go") }

    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt { await append(steps) }

    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp, to id: PushID
    ) async -> PushReceipt {
        await appendPushed(
            digest: digest, mediaType: mediaType, sizeBytes: sizeBytes, after: .history, at: moment)
    }

    func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)? { nil }
    func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String
    ) async throws(StoreError) -> Bool { newestPush == nil }

    func unverified(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> [PushRecord] { [] }

    func pendingNotifications(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> PendingNotifications {
        PendingNotifications(toSend: [], superseded: [])
    }
}

struct FixedSystem: SystemEnvironment, ContextProbe {
    func now() -> Timestamp { Example.moment }
    func random() -> (UInt64, UInt64) { (1, 2) }
    func identity() -> (host: String?, user: String?) { ("laptop", "alice") }
    func gather() async -> PushContext {
        PushContext(host: "laptop", user: "alice", gitCommit: "c0ffee")
    }
}
