import EnclaviaCore
import EnclaviaStore
import TestSupport
import Testing

/// Pushes to one tag, made here or imported.
extension TemporaryStore {
    static let day = Duration.seconds(86_400)
    static let tag = ReferenceSelector(
        registry: "registry.example:5000", owner: "alice", repository: "myapp", tag: "v1")

    @discardableResult
    func push(_ number: Int, notify: NotifyOutcome = .delivered) async -> PushRecord {
        await SamplePush(digest: SamplePush.digest(number), notify: notify)
            .record(in: journal(), clock).record
    }

    /// Runs `body` while the store is locked, so that its records go to the spool.
    func locked<Value>(_ body: (StoreJournal) async throws -> Value) async throws -> Value {
        let holder = try Self.holder(paths.database.string)
        try await onThread { try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") } }
        let value = try await body(journal(busySeconds: 1))
        try await onThread { try holder.inDatabase { try $0.execute(sql: "ROLLBACK") } }
        return value
    }

    /// The digest that the tag pointed at.
    func digest(at moment: Timestamp? = nil) throws -> Digest? {
        let response = try AtOperation(history: history(), now: clock.now())
            .run(Self.tag, at: moment)
        guard case .push(.known(let push)) = response else { return nil }
        return try push.record().state.manifest?.digest
    }

    func expectIntact(line: Int = #line) throws {
        let report = try history().verify(head: nil) { _ in }
        #expect(report.difference == nil, "line \(line)")
    }

    /// An export line with another machine's push to the tag.
    func imported(_ number: Int, at moment: Timestamp, random: UInt64 = 1) throws -> String {
        var push = PushRecord(
            id: PushID(at: moment, random: (random, UInt64(number))), revision: 5,
            destination: "myapp:v1", backend: "https://api.example",
            reference: SamplePush().reference, localImage: "myapp:dev",
            image: LocalImage(id: SamplePush.digest(99).description), startedAt: moment,
            state: .succeeded(
                PushedManifest(
                    digest: SamplePush.digest(number), isVerified: true, tagChange: .moved,
                    pushedAt: moment)), cliVersion: "1")
        push.finishedAt = moment
        push.context = PushContext(host: "elsewhere")
        push.notify = NotifyRecord(outcome: .delivered, attempts: 1)
        return try JSONText.encode(PushJSON(push)) + "\n"
    }
}
