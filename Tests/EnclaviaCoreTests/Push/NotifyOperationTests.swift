import EnclaviaCore
import Synchronization
import Testing

@Suite struct NotifyOperationTests {
    /// A backend whose answers are given one by one; the last one stays.
    private final class Replies: Backend {
        let url = "https://api.example.com"
        private let replies: Mutex<[Result<NotifyAnswer, BackendError>]>
        private let sent = Mutex<[PushNotification]>([])

        private let handle: String?
        private let asked = Mutex(0)

        /// - Parameter handle: whose the credentials are; `nil` where that must not be asked.
        init(_ replies: [Result<NotifyAnswer, BackendError>], handle: String? = nil) {
            self.replies = Mutex(replies)
            self.handle = handle
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
            let reply = replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
            return NotifyReply(result: reply, attempts: 1)
        }
    }

    private final class Shelf: PushJournal {
        private let added = Mutex<[(PushID, [PushStep])]>([])

        var outcomes: [NotifyOutcome?] {
            added.withLock { added in
                added.flatMap { $0.1 }.map { step in
                    if case .notified(let notify) = step { notify.outcome } else { nil }
                }
            }
        }

        func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
            Issue.record("nothing begins here")
            return MemoryJournal(Log())
        }

        func claim(_ id: PushID) async -> (any PushClaim)? { nil }

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
            return PushReceipt(record: Example.record(), keeping: .store)
        }

        func appendPushed(
            digest: Digest, mediaType: String?, sizeBytes: Int64?, at: Timestamp, to id: PushID
        ) async -> PushReceipt {
            Issue.record("nothing is pushed here")
            return PushReceipt(record: Example.record(), keeping: .store)
        }
    }

    private static let answer = NotifyAnswer(matched: 1, triggered: ["e1"])
    private static let down = BackendError.unavailable(url: "https://api", reason: "silent")

    private func operation(
        _ backend: Replies, _ shelf: Shelf, handle: String? = "alice",
        history: any History = EmptyHistory()
    ) -> NotifyOperation {
        let log = Log()
        let registry = ScriptedRegistry(log: log, byDigest: nil, byTag: nil)
        return NotifyOperation(
            history: history,
            ports: PushPorts(
                engine: ScriptedEngine(log, pushes: []), backend: backend, registry: registry,
                journal: shelf, locks: ScriptedLocks(log: log), context: FixedSurroundings(),
                surroundings: FixedSurroundings(),
                words: { _ in ("kind", "message") }),
            handle: handle)
    }

    private func push(
        attempts: Int = 0, backend: String = "https://api.example.com", state: PushState? = nil
    ) -> PushRecord {
        var record = Example.record()
        record.notify = NotifyRecord(outcome: .failed, attempts: attempts)
        record.state = state ?? record.state
        return PushRecord(
            id: record.id, revision: record.revision, destination: record.destination,
            backend: backend, reference: record.reference, localImage: record.localImage,
            image: record.image, startedAt: record.startedAt, finishedAt: record.finishedAt,
            state: record.state, notify: record.notify, cliVersion: record.cliVersion)
    }

    @Test func `each further attempt has a key of its own`() async throws {
        let backend = Replies([.success(Self.answer)])
        let shelf = Shelf()
        let pushes = [push(attempts: 0), push(attempts: 3)]
        let results = try await operation(backend, shelf).send(pushes)
        #expect(backend.keys == ["\(pushes[0].id)/1", "\(pushes[1].id)/4"])
        #expect(shelf.outcomes == [.delivered, .delivered])
        #expect(results.map(\.fate) == [.delivered(Self.answer), .delivered(Self.answer)])
        #expect(results[1].notify.attempts == 4)
    }

    @Test func `a refusal is put on record as failed, silence as pending`() async throws {
        let refusal = BackendError.refused(status: 422, message: "no such image")
        let shelf = Shelf()
        let results = try await operation(Replies([.failure(refusal), .failure(Self.down)]), shelf)
            .send([push(), push()])
        #expect(shelf.outcomes == [.failed, .pending])
        #expect(results.map(\.fate) == [.failed(refusal), .failed(Self.down)])
    }

    @Test func `a backend that stays silent is left alone`() async throws {
        let backend = Replies([.failure(Self.down)])
        let results = try await operation(backend, Shelf())
            .send([push(), push(), push(), push(), push()])
        #expect(backend.keys.count == NotifyOperation.patience)
        #expect(results.suffix(2).map(\.fate) == [.notTried, .notTried])
    }

    @Test func `an answer about the credentials ends the round and is no record of a push`()
        async throws
    {
        let shelf = Shelf()
        let backend = Replies([
            .success(Self.answer), .failure(.unauthorized(reason: .rejected)),
        ])
        await #expect(throws: BackendError.unauthorized(reason: .rejected)) {
            try await operation(backend, shelf).send([push(), push(), push()])
        }
        #expect(shelf.outcomes == [.delivered])
        #expect(backend.keys.count == 2)
    }

    @Test func `an unknown handle is asked for once, and others' pushes are not sent`() async throws
    {
        let backend = Replies([.success(Self.answer)], handle: "bob")
        let results = try await operation(backend, Shelf(), handle: nil).send([push(), push()])
        #expect(
            results.map(\.fate) == Array(repeating: .impossible(.otherOwner("alice")), count: 2))
        #expect(backend.questions == 1)
        #expect(backend.keys.isEmpty)

        let own = Replies([.success(Self.answer)], handle: "alice")
        _ = try await operation(own, Shelf(), handle: nil).send([push(), push()])
        #expect(own.questions == 1 && own.keys.count == 2)

        let idle = Replies([.success(Self.answer)])
        _ = try await operation(idle, Shelf(), handle: nil).send([push(state: .interrupted)])
        #expect(idle.questions == 0)
    }

    @Test func `what a newer push has made pointless is put on record and not sent`() async throws {
        let backend = Replies([.success(Self.answer)])
        let shelf = Shelf()
        let results = await operation(backend, shelf).supersede([push(attempts: 2)])
        #expect(results.map(\.fate) == [.superseded])
        #expect(results[0].notify.attempts == 2)
        #expect(shelf.outcomes == [.skipped])
        #expect(backend.keys.isEmpty)
    }

    @Test func `pending pushes come oldest first`() throws {
        var history = EmptyHistory()
        let (newer, older) = (push(attempts: 1), push(attempts: 2))
        history.owed = PendingNotifications(
            toSend: [newer, older], superseded: [newer, older])
        let pending = try operation(
            Replies([.success(Self.answer)]), Shelf(), history: history
        ).pending()
        #expect(pending.toSend == [older, newer])
        #expect(pending.superseded == [older, newer])
    }

    @Test func `what cannot be sent is not`() async throws {
        let backend = Replies([.success(Self.answer)])
        let results = try await operation(backend, Shelf(), handle: "bob").send([
            push(), push(backend: "https://other.example.com"), push(state: .interrupted),
        ])
        #expect(
            results.map(\.fate) == [
                .impossible(.otherOwner("alice")),
                .impossible(.otherBackend("https://other.example.com")),
                .impossible(.notSucceeded),
            ])
        #expect(backend.keys.isEmpty)
    }
}

/// A history without pushes.
struct EmptyHistory: History {
    /// The one thing that it may be told to hold.
    var owed = PendingNotifications(toSend: [], superseded: [])

    func forEach(_ query: HistoryQuery, _ body: (StoredPush) throws -> Void) throws {}
    func select(_ selector: PushSelector) throws(StoreError) -> PushSelection { .none }
    func owners(
        ofRepository repository: String, registry: String?
    ) throws(StoreError) -> [String] { [] }
    func push(
        of reference: ReferenceSelector, at moment: Timestamp
    ) throws(StoreError) -> StoredPush? { nil }
    func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush] { [] }
    func needingAttention() throws(StoreError) -> [AttentionItem] { [] }
    func forEachDay(
        _ query: HistoryQuery, day: (Timestamp) -> String, _ body: (DayStatistics) throws -> Void
    ) throws {}
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) throws {}
    func unsettled() throws(StoreError) -> [PushRecord] { [] }
    func references(_ selector: ReferenceSelector) throws(StoreError) -> [String] { [] }
    func unverified() throws(StoreError) -> [PushRecord] { [] }
    func unnotified() throws(StoreError) -> PendingNotifications { owed }
    func summary() throws(StoreError) -> StoreSummary {
        StoreSummary(path: "", pushes: 0, events: 0, head: nil, isWritable: true, spooled: 0)
    }
}
