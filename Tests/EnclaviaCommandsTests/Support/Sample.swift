import EnclaviaCore
import Synchronization

/// Sample pushes.
enum Sample {
    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    static func moment(_ text: String) -> Timestamp {
        Timestamp(text) ?? Timestamp(milliseconds: 0)
    }

    /// A push that succeeded and was notified, after `change`.
    static func push(
        _ number: Int, tag: String = "v1", at time: String = "2026-11-23T11:00:00Z",
        _ change: (inout PushRecord) -> Void = { _ in }
    ) -> PushRecord {
        let startedAt = moment(time).adding(milliseconds: Int64(number))
        var record = PushRecord(
            id: PushID(at: startedAt, random: (UInt64(number), UInt64(number))), revision: 6,
            destination: "myapp:\(tag)", backend: "https://api.example.com",
            reference: ImageReference(
                registry: "registry.example.com", owner: "alice", repository: "myapp", tag: tag),
            localImage: "myapp", image: LocalImage(id: digest("image").description),
            startedAt: startedAt, finishedAt: startedAt.adding(milliseconds: 900),
            state: .succeeded(
                PushedManifest(
                    digest: digest("manifest \(number)"),
                    mediaType: "application/vnd.oci.image.manifest.v1+json", isVerified: true,
                    tagChange: .created, sizeBytes: 1234,
                    pushedAt: startedAt.adding(milliseconds: 500))),
            notify: NotifyRecord(
                outcome: .delivered, at: startedAt.adding(milliseconds: 800), attempts: 1,
                response: NotifyResponse(matched: 1, triggered: ["e1"])),
            context: PushContext(host: "laptop", user: "alice", gitCommit: "0123456789abcdef"),
            engine: EngineVersion(name: "docker", version: "28.2.2"), cliVersion: "1.0.0")
        change(&record)
        return record
    }

    static func stored(_ record: PushRecord) throws -> StoredPush {
        StoredPush(json: try JSONText.encode(PushJSON(record)), store: "history.db")
    }
}

/// A history with a test's pushes, which can only be listed.
final class ListedHistory: History {
    private let pushes: [StoredPush]
    private let later: [StoredPush]
    private let failure: StoreError?
    private let attention: [AttentionItem]
    private let asked = Mutex<[HistoryQuery]>([])

    /// - Parameters:
    ///   - failure: the error after the last push.
    ///   - later: the pushes of all listings but the first; `nil` for the same.
    init(
        _ records: [PushRecord], failure: StoreError? = nil, later: [PushRecord]? = nil,
        attention: [AttentionItem] = []
    ) throws {
        pushes = try records.map(Sample.stored)
        self.later = try later?.map(Sample.stored) ?? pushes
        self.failure = failure
        self.attention = attention
    }

    /// The queries so far.
    var queries: [HistoryQuery] { asked.withLock { $0 } }

    func forEach(_ query: HistoryQuery, _ body: (StoredPush) throws -> Void) throws {
        let isFirst = asked.withLock {
            $0.append(query)
            return $0.count == 1
        }
        for push in (isFirst ? pushes : later).prefix(query.limit ?? .max) { try body(push) }
        if let failure { throw failure }
    }

    func select(_ selector: PushSelector) throws(StoreError) -> PushSelection { .none }
    func owners(ofRepository repository: String, registry: String?) throws(StoreError) -> [String] {
        []
    }
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
    func remote(named name: String?) -> RemoteSummary? { nil }
    func needingAttention() throws(StoreError) -> [AttentionItem] { attention }
    func forEachDay(
        _ query: HistoryQuery, isByRepository: Bool, day: (Timestamp) -> String,
        _ passes: [(DayStatistics) throws -> Void]
    ) throws {}
    func countByUser(_ query: HistoryQuery) throws(StoreError) -> [UserStatistics] { [] }
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) throws {}
    func unresolved() throws(StoreError) -> [PushRecord] { [] }
    func references(_ selector: ReferenceSelector) throws(StoreError) -> [String] { [] }
    func unverified() throws(StoreError) -> [PushRecord] { [] }
    func unnotified() throws(StoreError) -> PendingNotifications {
        PendingNotifications(toSend: [], superseded: [])
    }
    func summary() throws(StoreError) -> StoreSummary {
        StoreSummary(path: "", pushes: 0, events: 0, head: nil, isWritable: false, spooled: 0)
    }
}
