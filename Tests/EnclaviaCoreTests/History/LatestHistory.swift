import EnclaviaCore

/// A history with only the newest pushes.
struct LatestHistory: History {
    let pushes: [PushRecord]
    /// The success before a push that did not succeed.
    var before: PushRecord?
    var attention: [AttentionItem] = []

    func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush] {
        try tags(of: reference, traced: 0, limit: nil).map(\.newest)
    }
    func tags(
        of reference: ReferenceSelector?, traced: Int, limit: Int?
    ) throws(StoreError) -> [TagState] {
        try pushes.filter { reference?.matches($0.reference) ?? true }.prefix(limit ?? .max)
            .map { push throws(StoreError) in
                let stored = try Self.stored(push)
                let tip = push.state.outcome == .succeeded ? stored : nil
                let older = try before.map { push throws(StoreError) in try Self.stored(push) }
                return TagState(newest: stored, pointsAt: tip ?? older, since: tip ?? older)
            }
    }
    func tagCount(of reference: ReferenceSelector?) -> Int {
        pushes.count { reference?.matches($0.reference) ?? true }
    }
    func newestOwn(
        of reference: ReferenceSelector?, backend: String?
    ) throws(StoreError) -> StoredPush? {
        try pushes.first { $0.origin == nil && $0.backend == backend ?? $0.backend }
            .map(Self.stored)
    }
    private static func stored(_ push: PushRecord) throws(StoreError) -> StoredPush {
        do {
            return StoredPush(json: try JSONText.encode(PushJSON(push)), store: "")
        } catch {
            throw .corrupt(path: "", detail: "\(error)")
        }
    }
    func timeline(of push: PushRecord) -> TagTimeline? { nil }
    func knownReferences() -> [ImageReference] { pushes.compactMap(\.reference) }
    func hasSeveralWriters() -> Bool { false }
    func remote(named name: String?) -> RemoteSummary? { nil }
    func needingAttention() -> [AttentionItem] { attention }
    func summary() -> StoreSummary {
        StoreSummary(path: "", pushes: 1, events: 7, head: nil, isWritable: true, spooled: 0)
    }

    func forEach(_ query: HistoryQuery, _ body: (StoredPush) throws -> Void) {}
    func select(_ selector: PushSelector) -> PushSelection { .none }
    func owners(ofRepository repository: String, registry: String?) -> [String] { [] }
    func references(_ selector: ReferenceSelector) -> [String] { [] }
    func push(
        of reference: ReferenceSelector, at moment: Timestamp?, now: Timestamp
    ) -> PushOfMoment { .none }
    func wasPushedLater(_ digest: Digest, than push: PushRecord) -> Bool { false }
    func forEachDay(
        _ query: HistoryQuery, isByRepository: Bool, day: (Timestamp) -> String,
        _ passes: [(DayStatistics) throws -> Void]
    ) throws {}
    func countByUser(_ query: HistoryQuery) -> [UserStatistics] { [] }
    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) {}
    func unresolved() -> [PushRecord] { [] }
    func unverified() -> [PushRecord] { [] }
    func unnotified() -> PendingNotifications {
        PendingNotifications(toSend: [], superseded: [])
    }
}

/// Nobody is logged in.
struct NobodyLoggedIn: Accounts {
    func account() -> Account? { nil }
    func login(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
    func logout() -> Account? { nil }
}
