import EnclaviaCore
import Synchronization
import Testing

/// The pending notifications of other pushes that a push sends.
struct OutboxTests {
    /// A clock that each answer of the backend advances.
    private final class Clock: SystemEnvironment {
        private let moment = Mutex(Example.moment)

        func now() -> Timestamp { moment.withLock { $0 } }
        func random() -> (UInt64, UInt64) { (1, 2) }
        func advance(_ milliseconds: Int64) {
            moment.withLock { $0 = $0.adding(milliseconds: milliseconds) }
        }
    }

    private struct SlowBackend: Backend {
        let url = "https://api.example.com"
        let clock: Clock
        let milliseconds: Int64
        let log: Log

        func registryAccess() async throws(BackendError) -> RegistryAccess {
            throw .notFound(what: "registry")
        }

        func notify(_ notification: PushNotification) async -> NotifyReply {
            log.add("sent \(notification.pushID)")
            clock.advance(milliseconds)
            return NotifyReply(
                result: .success(NotifyResponse(matched: 0, triggered: [])), attempts: 1)
        }
    }

    private struct FakeJournal: PushJournal {
        let pending: PendingNotifications
        let log: Log
        /// A push that another process has claimed, and one that another process has sent meanwhile.
        var held: PushID?
        var delivered: PushID?
        var failure: StoreError?
        static let warning = StoreWarning.eventLog(
            path: "log", .inaccessible(path: "log", reason: "full"))

        func record(
            _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated,
            _ manifest: PushedManifest
        ) async -> any PushEntry {
            await begin(id, started)
        }

        func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
            Issue.record("nothing begins here")
            return MemoryJournal(log)
        }

        func unverified(
            backend: String, registry: String, owner: String
        ) async throws(StoreError) -> [PushRecord] { [] }

        func pendingNotifications(
            backend: String, registry: String, owner: String
        ) async throws(StoreError) -> PendingNotifications {
            if let failure { throw failure }
            return pending
        }

        /// Each pending push is the newest of its reference, and no superseded one is.
        func isNewest(
            _ id: PushID, of reference: ImageReference, backend: String
        ) async throws(StoreError) -> Bool {
            pending.toSend.contains { $0.id == id }
        }

        func claim(_ id: PushID) async throws(StoreError) -> (any PushClaim)? {
            let found = (pending.toSend + pending.superseded).first { $0.id == id }
            guard id != held, var record = found else { return nil }
            if id == delivered { record.notify.outcome = .delivered }
            return Claim(record: record, log: log)
        }

        func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt {
            for case .notified(let notify) in steps {
                log.add("\(notify.outcome?.rawValue ?? "none") \(id)")
            }
            return PushReceipt(record: Example.record(), location: .store, warnings: [Self.warning])
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

    private struct Claim: PushClaim {
        let record: PushRecord
        let log: Log
        var hadResponse: Bool { false }

        func release() async { log.add("released \(record.id)") }
    }

    /// A history in `checkout`, or in none.
    private struct Origin: StateOrigin {
        var checkout: TrackingCheckout?
        var onAsk: @Sendable () -> Void = {}

        func trackingCheckout() async -> TrackingCheckout? {
            onAsk()
            return checkout
        }
    }

    private static func push(_ number: UInt64) -> PushRecord {
        PushRecord(
            id: PushID(at: Example.moment, random: (number, number)), revision: 3,
            destination: "myapp:v1", backend: "https://api.example.com",
            reference: ImageReference(
                registry: "registry.example.com", owner: "alice", repository: "myapp",
                tag: number == 3 ? "v1" : "v\(number)"), localImage: "myapp",
            startedAt: Example.moment,
            state: .succeeded(Example.manifest), notify: NotifyRecord(outcome: .pending),
            cliVersion: "1")
    }

    /// What is sent and recorded if each answer takes `milliseconds`.
    private func send(
        _ milliseconds: Int64, held: PushID? = nil, delivered: PushID? = nil,
        failure: StoreError? = nil, origin: Origin = Origin(), isEmpty: Bool = false
    ) async -> (log: [String], warnings: [StoreWarning]) {
        let clock = Clock()
        let log = Log()
        let pending = PendingNotifications(
            toSend: isEmpty ? [] : [Self.push(1), Self.push(2)],
            superseded: isEmpty ? [] : [Self.push(3)])
        let outbox = Outbox(
            PushPorts(
                engine: ScriptedEngine(log, pushes: []),
                backend: SlowBackend(clock: clock, milliseconds: milliseconds, log: log),
                registry: ScriptedRegistry(log: log, byDigest: nil, byTag: nil),
                journal: FakeJournal(
                    pending: pending, log: log, held: held, delivered: delivered, failure: failure),
                locks: ScriptedLocks(log: log), context: FixedSystem(),
                commits: ScriptedCommits(),
                system: clock, errorMessage: { _ in ("kind", "words") }))
        let warnings = await outbox.send(after: Example.record(), origin: origin)
        return (
            log.all.filter { !$0.hasPrefix("lock") && $0 != "unlock" }, warnings
        )
    }

    @Test func `pending notifications are sent before superseded ones are recorded`() async {
        let (log, warnings) = await send(100)
        let ids = (1...3).map { Self.push($0).id }
        #expect(
            log == [
                "sent \(ids[0])", "delivered \(ids[0])", "released \(ids[0])",
                "sent \(ids[1])", "delivered \(ids[1])", "released \(ids[1])",
                "skipped \(ids[2])", "released \(ids[2])",
            ])
        #expect(warnings == [FakeJournal.warning, FakeJournal.warning, FakeJournal.warning])
    }

    @Test func `a history that cannot be read gives a warning`() async {
        let error = StoreError.corrupt(path: "history.db", detail: "malformed")
        let (log, warnings) = await send(100, failure: error)
        #expect(log == [])
        #expect(warnings == [.pending(error)])
    }

    @Test func `notifications are sent for at most two seconds`() async {
        let (log, _) = await send(2_000)
        let first = Self.push(1).id
        #expect(log == ["sent \(first)", "delivered \(first)", "released \(first)"])
    }

    @Test func `a notification that another process sends, or has sent, is skipped`() async {
        let ids = (1...3).map { Self.push($0).id }
        let (log, _) = await send(100, held: ids[0], delivered: ids[1])
        #expect(log == ["released \(ids[1])", "skipped \(ids[2])", "released \(ids[2])"])
    }

    @Test func `from a history that is tracked in a checkout nothing is sent or recorded`() async {
        let checkout = TrackingCheckout(state: "/w/.state", checkout: "/w", isCertain: true)
        let (log, warnings) = await send(100, origin: Origin(checkout: checkout))
        #expect(log == [])
        #expect(warnings == [.tracked(checkout)])
    }

    @Test func `without pending notifications the origin of the history is not queried`() async {
        let asked = Log()
        let (_, warnings) = await send(
            100, origin: Origin(onAsk: { asked.add("asked") }), isEmpty: true)
        #expect(asked.all == [] && warnings == [])
    }
}
