import EnclaviaCore
import Synchronization
import Testing

@Suite struct NotifyOperationTests {
    /// A backend with a list of answers; the last one repeats.
    private final class FakeBackend: Backend {
        let url = "https://api.example.com"
        private let replies: Mutex<[Result<NotifyResponse, BackendError>]>
        private let sent = Mutex<[PushNotification]>([])

        private let handle: String?
        private let asked = Mutex(0)

        /// - Parameter handle: the owner of the credentials; `nil` if it must not be queried.
        init(_ replies: [Result<NotifyResponse, BackendError>], handle: String? = nil) {
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

    private final class FakeJournal: PushJournal {
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

    private static let response = NotifyResponse(matched: 1, triggered: ["e1"])
    private static let down = BackendError.unavailable(url: "https://api", reason: "silent")

    private func operation(
        _ backend: FakeBackend, _ journal: FakeJournal, handle: String? = "alice",
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

    private func push(
        _ number: UInt64 = 1, attempts: Int = 0, outcome: NotifyOutcome = .failed,
        backend: String = "https://api.example.com", state: PushState? = nil
    ) -> PushRecord {
        var record = Example.record()
        record.notify = NotifyRecord(outcome: outcome, attempts: attempts)
        record.state = state ?? record.state
        return PushRecord(
            id: PushID(at: Example.moment, random: (1, number)), revision: record.revision,
            destination: record.destination,
            backend: backend, reference: record.reference, localImage: record.localImage,
            image: record.image, startedAt: record.startedAt, finishedAt: record.finishedAt,
            state: record.state, notify: record.notify, cliVersion: record.cliVersion)
    }

    @Test func `a retry keeps its key unless the backend has answered or the user names the push`()
        async throws
    {
        let pushes = [
            push(1, attempts: 3, outcome: .pending), push(2, attempts: 1, outcome: .failed),
            push(3, attempts: 2, outcome: .delivered), push(4, attempts: 1, outcome: .pending),
            // Refused once, and retried without an answer.
            push(5, attempts: 5, outcome: .pending),
        ]
        let backend = FakeBackend([.success(Self.response)])
        let journal = FakeJournal(pushes, answered: [pushes[4].id])
        let results = try await operation(backend, journal).send(
            pushes, named: [pushes[2].id, pushes[3].id])
        #expect(
            backend.keys == [
                "\(pushes[0].id)", "\(pushes[1].id)/2", "\(pushes[2].id)/3", "\(pushes[3].id)/2",
                "\(pushes[4].id)/6",
            ])
        #expect(journal.outcomes == Array(repeating: .delivered, count: 5))
        #expect(results.map(\.disposition) == Array(repeating: .delivered(Self.response), count: 5))
        #expect(results.map(\.notify.attempts) == [4, 2, 3, 2, 6])
    }

    @Test func `a refusal is recorded as failed, and no answer as pending`() async throws {
        let refusal = BackendError.refused(status: 422, message: "no such image")
        let pushes = [push(1), push(2)]
        let journal = FakeJournal(pushes)
        let results = try await operation(
            FakeBackend([.failure(refusal), .failure(Self.down)]), journal
        )
        .send(pushes)
        #expect(journal.outcomes == [.failed, .pending])
        #expect(results.map(\.disposition) == [.failed(refusal), .failed(Self.down)])
    }

    @Test func `a backend that does not answer is not tried for the remaining pushes`() async throws
    {
        let backend = FakeBackend([.failure(Self.down)])
        let pushes = (1...5).map { push($0) }
        let results = try await operation(backend, FakeJournal(pushes)).send(pushes)
        #expect(backend.keys.count == NotifyOperation.maxRetries)
        #expect(results.suffix(2).map(\.disposition) == [.notTried, .notTried])
    }

    @Test func `refused credentials end the run and are not recorded for a push`()
        async throws
    {
        let pushes = (1...3).map { push($0) }
        let journal = FakeJournal(pushes)
        let backend = FakeBackend([
            .success(Self.response), .failure(.unauthorized(reason: .rejected)),
        ])
        await #expect(throws: BackendError.unauthorized(reason: .rejected)) {
            try await operation(backend, journal).send(pushes)
        }
        #expect(journal.outcomes == [.delivered])
        #expect(backend.keys.count == 2)
    }

    @Test func `an unknown handle is queried once, and other owners' pushes are not sent`()
        async throws
    {
        let pushes = [push(1), push(2)]
        let backend = FakeBackend([.success(Self.response)], handle: "bob")
        let results = try await operation(backend, FakeJournal(pushes), handle: nil).send(pushes)
        #expect(
            results.map(\.disposition)
                == Array(repeating: .impossible(.otherOwner("alice")), count: 2))
        #expect(backend.questions == 1)
        #expect(backend.keys.isEmpty)

        let own = FakeBackend([.success(Self.response)], handle: "alice")
        _ = try await operation(own, FakeJournal(pushes), handle: nil).send(pushes)
        #expect(own.questions == 1 && own.keys.count == 2)

        let idle = FakeBackend([.success(Self.response)])
        _ = try await operation(idle, FakeJournal(), handle: nil).send([push(state: .interrupted)])
        #expect(idle.questions == 0)
    }

    /// The list may be outdated: the record and the newest push are read again when its turn comes.
    @Test func `a push that is no longer pending when its turn comes is not sent`() async throws {
        let listed = [push(1), push(2), push(3)]
        let now = [push(1, attempts: 2), push(2, attempts: 1, outcome: .delivered)]
        let backend = FakeBackend([.success(Self.response)])
        let journal = FakeJournal(now, newest: push(9).id)
        let results = try await operation(backend, journal).send(listed)
        #expect(results.map(\.disposition) == [.superseded, .alreadySent, .held])
        #expect(results.map(\.notify.outcome) == [.skipped, .delivered, .failed])
        #expect(results[0].notify.attempts == 2)
        #expect(journal.outcomes == [.skipped])
        #expect(backend.keys.isEmpty)
    }

    @Test func `pending pushes come oldest first`() throws {
        var history = EmptyHistory()
        let (newer, older) = (push(2, attempts: 1), push(1, attempts: 2))
        history.owed = PendingNotifications(
            toSend: [newer, older], superseded: [newer, older])
        let pending = try operation(
            FakeBackend([.success(Self.response)]), FakeJournal(), history: history
        ).pending()
        #expect(pending.toSend == [older, newer])
        #expect(pending.superseded == [older, newer])
    }

    @Test func `a push of another owner or backend, or without success, is not sent`() async throws
    {
        let backend = FakeBackend([.success(Self.response)])
        let results = try await operation(backend, FakeJournal(), handle: "bob").send([
            push(), push(backend: "https://other.example.com"), push(state: .interrupted),
        ])
        #expect(
            results.map(\.disposition) == [
                .impossible(.otherOwner("alice")),
                .impossible(.otherBackend("https://other.example.com")),
                .impossible(.notSucceeded),
            ])
        #expect(backend.keys.isEmpty)
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
