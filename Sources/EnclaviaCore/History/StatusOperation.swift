/// The current state: the account, the registry, the store, what needs attention, and what each reference points
/// at.
package struct StatusReport: Sendable {
    package struct ReferenceStatus: Sendable {
        /// The push that began last.
        package let push: PushRecord
        /// The newest push that succeeded; `nil` where none has.
        package let pointsAt: PushRecord?
        /// The push by which the tag came to point there (``TagState/since``).
        package let since: PushRecord?
        /// What the tag points at in the registry now; `nil` where it was not queried or has no such tag.
        package let remoteDigest: Digest?
        /// Whether the registry was queried and has no such tag. This needs no attention, since tags are deleted
        /// for good reasons.
        package let isGone: Bool
    }

    package let account: Account?
    package let registry: String?
    /// `nil` where it was not queried.
    package let isRegistryReachable: Bool?
    package let store: StoreSummary
    /// The server that the history is sent to; `nil` where none is known.
    package let sharedHistory: RemoteSummary?
    package let attention: [AttentionItem]
    package let references: [ReferenceStatus]
    /// The number of references, of which ``references`` may be the first.
    package let referenceCount: Int
    /// Why the query to the backend failed; `nil` where none was sent, or it succeeded.
    package let remoteError: BackendError?
    /// The error of the first query for a tag that failed; `nil` where none failed.
    package let registryError: RegistryError?
}

/// Gathers a ``StatusReport``; sends no request unless the remote side is wanted.
package struct StatusOperation: Sendable {
    private let history: any History
    private let accounts: any Accounts
    private let remote: Remote?
    private let sharedHistory: String?

    /// The services to query where the remote side is wanted.
    package struct Remote: Sendable {
        let backend: any Backend
        let registry: any Registry

        package init(backend: any Backend, registry: any Registry) {
            self.backend = backend
            self.registry = registry
        }
    }

    /// - Parameter sharedHistory: the server that the history is sent to, as typed; `nil` for the one tried last.
    package init(
        history: any History, accounts: any Accounts, remote: Remote?,
        sharedHistory: String? = nil
    ) {
        self.sharedHistory = sharedHistory
        self.history = history
        self.accounts = accounts
        self.remote = remote
    }

    /// - Parameters:
    ///   - since: what began before it needs no attention; `nil` for all.
    ///   - traced: the number of references for which ``StatusReport/ReferenceStatus/since`` is looked up.
    ///   - limit: the greatest number of references in the report, where the registry is not queried for all of
    ///     them; `nil` for all.
    /// - Throws: ``StoreError`` where the history cannot be read, ``BackendError`` for credentials that
    ///   are malformed or unsafe, ``UnknownReference``.
    package func run(
        _ selector: ReferenceSelector?, since: Timestamp? = nil, traced: Int = .max,
        limit: Int? = nil
    ) async throws -> StatusReport {
        let limit = remote == nil ? limit : nil
        let tags = try history.tags(of: selector, traced: traced, limit: limit).map(Self.records)
        let count = limit == nil ? tags.count : try history.tagCount(of: selector)
        let all = try history.needingAttention().filter { selector?.matches($0) ?? true }
        if let selector, tags.isEmpty, all.isEmpty {
            throw UnknownReference(nearest: selector.nearest(among: try history.knownReferences()))
        }
        let pushes = tags.map(\.push)
        let known = try accounts.account()
        var attention = all.filter { item in
            guard let since, let startedAt = item.startedAt else { return true }
            return startedAt >= since
        }
        var access: RegistryAccess?
        var remoteError: BackendError?
        do throws(BackendError) {
            access = try await remote?.backend.registryAccess()
        } catch {
            remoteError = error
        }
        let (remotes, registryError) = await RemoteTags(remote?.registry, access).digests(
            of: pushes)
        let references = zip(tags, remotes).map { tag, remote in
            StatusReport.ReferenceStatus(
                push: tag.push, pointsAt: tag.pointsAt, since: tag.since,
                remoteDigest: remote.value, isGone: remote == .absent)
        }
        let shared = try history.remote(named: sharedHistory)
        // It concerns the whole history, not one reference.
        if selector == nil, let shared, let kind = shared.attention {
            attention.append(AttentionItem(kind: kind, shared))
        }
        attention += zip(tags, remotes).compactMap { moved($0.pointsAt, $1) }
        // An imported push may belong to another backend, which has its own registry.
        let isWhole = tags.count == count
        func newestOwn(backend: String?) throws(StoreError) -> PushRecord? {
            let own = pushes.first { $0.origin == nil && $0.backend == backend ?? $0.backend }
            if own != nil || isWhole { return own }
            return try history.newestOwn(of: selector, backend: backend)?.record()
        }
        let own = try newestOwn(backend: known?.backend)
        let made = try own ?? newestOwn(backend: nil)
        let registry = access?.registry ?? (made ?? pushes.first)?.reference?.registry
        var isReachable: Bool?
        if let remote, let registry { isReachable = await remote.registry.isReachable(registry) }
        return StatusReport(
            account: known.map { account in
                Account(
                    handle: access?.handle ?? account.handle ?? own?.reference?.owner,
                    backend: account.backend, source: account.source, kind: account.kind)
            },
            registry: registry, isRegistryReachable: isReachable,
            store: try history.summary(),
            sharedHistory: shared, attention: attention, references: references,
            referenceCount: count, remoteError: remoteError, registryError: registryError)
    }

    /// The records of a tag, each of which is read once.
    private static func records(
        _ tag: TagState
    ) throws(StoreError) -> (push: PushRecord, pointsAt: PushRecord?, since: PushRecord?) {
        let newest = try tag.newest.record()
        let pointsAt = try tag.pointsAt.map { push throws(StoreError) in
            push == tag.newest ? newest : try push.record()
        }
        let since = try tag.since.map { push throws(StoreError) in
            push == tag.pointsAt ? pointsAt : try push.record()
        }
        return (newest, pointsAt, since ?? nil)
    }

    private func moved(_ push: PushRecord?, _ remote: RemoteTags.Digest) -> AttentionItem? {
        guard let remote = remote.value, let push, let manifest = push.state.manifest,
            manifest.digest != remote
        else { return nil }
        return AttentionItem(
            kind: .movedRemotely, push, message: "the tag in the registry points at \(remote)")
    }
}
