import EnclaviaCore
import Synchronization
import Testing

/// A backend with a list of answers; the last one repeats.
final class NotifyBackend: Backend {
    let url = "https://api.example.com"
    private let replies: Mutex<[Result<NotifyResponse, BackendError>]>
    private let reply: (@Sendable (PushNotification) async -> Result<NotifyResponse, BackendError>)?
    private let sent = Mutex<[PushNotification]>([])

    private let handle: String?
    private let asked = Mutex(0)
    private let running = Mutex((now: 0, most: 0))
    /// The most requests that were sent at once.
    var most: Int { running.withLock { $0.most } }

    /// - Parameter handle: the owner of the credentials; `nil` if it must not be queried.
    init(_ replies: [Result<NotifyResponse, BackendError>], handle: String? = nil) {
        self.replies = Mutex(replies)
        self.handle = handle
        reply = nil
    }

    /// - Parameter reply: what it answers each notification with.
    init(
        _ reply:
            @escaping @Sendable (PushNotification) async -> Result<
                NotifyResponse, BackendError
            >
    ) {
        self.reply = reply
        replies = Mutex([])
        handle = nil
    }

    var keys: [String] { sent.withLock { $0.map(\.idempotencyKey) } }
    var questions: Int { asked.withLock { $0 } }

    func registryAccess() async throws(BackendError) -> RegistryAccess {
        asked.withLock { $0 += 1 }
        guard let handle else { throw .notFound(what: "registry") }
        return RegistryAccess(
            registry: "registry.example.com", handle: handle, password: Secret("secret"))
    }

    func notify(_ notification: PushNotification) async -> NotifyReply {
        sent.withLock { $0.append(notification) }
        running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        // Lets the others start.
        for _ in 0..<100 { await Task.yield() }
        running.withLock { $0.now -= 1 }
        let result =
            if let reply { await reply(notification) } else {
                replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
            }
        return NotifyReply(result: result, attempts: 1)
    }
}

/// A journal of pushes that have ended, in memory.
final class NotifyJournal: PushJournal {
    private let added = Mutex<[(PushID, [PushStep])]>([])

    var outcomes: [NotifyOutcome?] {
        added.withLock { added in
            added.flatMap { $0.1 }.map { step in
                if case .notified(let notify) = step { notify.outcome } else { nil }
            }
        }
    }

    func record(
        _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated, _ manifest: PushedManifest
    ) async -> any PushEntry {
        await begin(id, started)
    }

    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
        Issue.record("nothing begins here")
        return MemoryJournal(Log())
    }

    /// The pushes that can be claimed, in their current state, and the newest push of their reference.
    let records: [PushRecord]
    let newestPush: PushID?
    /// The pushes that the backend has answered before.
    let answered: Set<PushID>

    init(
        _ records: [PushRecord] = [], newest: PushID? = nil, answered: Set<PushID> = []
    ) {
        self.records = records
        self.answered = answered
        newestPush = newest
    }

    private struct Claim: PushClaim {
        let record: PushRecord
        let hadResponse: Bool
        func release() async {}
    }

    func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)? {
        records.first { $0.id == id }.map {
            Claim(record: $0, hadResponse: answered.contains($0.id))
        }
    }

    func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String
    ) async throws(StoreError) -> Bool { newestPush ?? id == id }

    func unverified(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> [PushRecord] { [] }

    func pendingNotifications(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> PendingNotifications {
        PendingNotifications(toSend: [], superseded: [])
    }

    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt {
        added.withLock { $0.append((id, steps)) }
        var record = records.first { $0.id == id } ?? Example.record()
        for step in steps { record.apply(step) }
        return PushReceipt(record: record, location: .store)
    }

    func commit(
        of digest: Digest, at reference: ImageReference
    ) async throws(StoreError) -> String? { nil }

    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at: Timestamp, to id: PushID
    ) async -> PushReceipt {
        Issue.record("nothing is pushed here")
        return PushReceipt(record: Example.record(), location: .store)
    }
}

/// What the tests of notifications share.
enum NotifyFixture {
    static let response = NotifyResponse(matched: 1, triggered: ["e1"])
    static let down = BackendError.unavailable(url: "https://api", reason: "silent")

    static func operation(
        _ backend: NotifyBackend, _ journal: NotifyJournal, handle: String? = "alice",
        history: any History = EmptyHistory()
    ) -> NotifyOperation {
        let log = Log()
        let registry = ScriptedRegistry(log: log, byDigest: nil, byTag: nil)
        return NotifyOperation(
            history: history,
            ports: PushPorts(
                engine: ScriptedEngine(log, pushes: []), backend: backend, registry: registry,
                journal: journal, locks: ScriptedLocks(log: log), context: FixedSystem(),
                commits: ScriptedCommits(),
                system: FixedSystem(),
                errorMessage: { _ in ("kind", "message") }),
            handle: handle)
    }

    static func push(
        _ number: UInt64 = 1, attempts: Int = 0, outcome: NotifyOutcome = .failed,
        backend: String = "https://api.example.com", state: PushState? = nil, tag: String = "v1"
    ) -> PushRecord {
        var record = Example.record()
        record.reference = ImageReference(
            registry: "registry.example.com", owner: "alice", repository: "myapp", tag: tag)
        record.notify = NotifyRecord(outcome: outcome, attempts: attempts)
        record.state = state ?? record.state
        return PushRecord(
            id: PushID(at: Example.moment, random: (1, number)), revision: record.revision,
            destination: record.destination,
            backend: backend, reference: record.reference, localImage: record.localImage,
            image: record.image, startedAt: record.startedAt, finishedAt: record.finishedAt,
            state: record.state, notify: record.notify, cliVersion: record.cliVersion)
    }
}

extension NotifyOperation {
    /// The results of all pushes.
    func results(
        of pushes: [PushRecord], named: Set<PushID> = []
    ) async throws(BackendError) -> [NotifyResult] {
        var results: [NotifyResult] = []
        try await send(pushes, named: named) { results.append($0) }
        return results
    }
}

/// A history without pushes.
struct EmptyHistory: History {
    /// The notifications that it reports as pending.
    var owed = PendingNotifications(toSend: [], superseded: [])

    func forEach(_ query: HistoryQuery, _ body: (StoredPush) throws -> Void) throws {}
    func select(_ selector: PushSelector) throws(StoreError) -> PushSelection { .none }
    func owners(
        ofRepository repository: String, registry: String?
    ) throws(StoreError) -> [String] { [] }
    func push(
        of reference: ReferenceSelector, at moment: Timestamp?, now: Timestamp
    ) throws(StoreError) -> PushOfMoment { .none }
    func wasPushedLater(
        _ digest: Digest, than push: PushRecord
    ) throws(StoreError) -> Bool { false }
    func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush] { [] }
    func tags(
        of reference: ReferenceSelector?, traced: Int, limit: Int?
    ) throws(StoreError) -> [TagState] { [] }
    func tagCount(of reference: ReferenceSelector?) -> Int { 0 }
    func newestOwn(of reference: ReferenceSelector?, backend: String?) -> StoredPush? { nil }
    func timeline(of push: PushRecord) throws(StoreError) -> TagTimeline? { nil }
    func knownReferences() throws(StoreError) -> [ImageReference] { [] }
    func hasSeveralWriters() throws(StoreError) -> Bool { false }
    func remote(named name: String?) throws(StoreError) -> RemoteSummary? { nil }
    func needingAttention() throws(StoreError) -> [AttentionItem] { [] }
    func forEachDay(
        _ query: HistoryQuery, isByRepository: Bool, day: (Timestamp) -> String,
        _ passes: [(DayStatistics) throws -> Void]
    ) throws {}
    func countByUser(_ query: HistoryQuery) throws(StoreError) -> [UserStatistics] { [] }
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) throws {}
    func unresolved() throws(StoreError) -> [PushRecord] { [] }
    func references(_ selector: ReferenceSelector) throws(StoreError) -> [String] { [] }
    func unverified() throws(StoreError) -> [PushRecord] { [] }
    func unnotified() throws(StoreError) -> PendingNotifications { owed }
    func summary() throws(StoreError) -> StoreSummary {
        StoreSummary(path: "", pushes: 0, events: 0, head: nil, isWritable: true, spooled: 0)
    }
}
