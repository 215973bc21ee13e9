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
    package let attention: [AttentionItem]
    package let references: [ReferenceStatus]
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

    /// The services to query where the remote side is wanted.
    package struct Remote: Sendable {
        let backend: any Backend
        let registry: any Registry

        package init(backend: any Backend, registry: any Registry) {
            self.backend = backend
            self.registry = registry
        }
    }

    package init(history: any History, accounts: any Accounts, remote: Remote?) {
        self.history = history
        self.accounts = accounts
        self.remote = remote
    }

    /// - Parameters:
    ///   - since: what began before it needs no attention; `nil` for all.
    ///   - traced: the number of references for which ``StatusReport/ReferenceStatus/since`` is looked up.
    /// - Throws: ``StoreError`` where the history cannot be read, ``BackendError`` for credentials that
    ///   are malformed or unsafe, ``UnknownReference``.
    package func run(
        _ selector: ReferenceSelector?, since: Timestamp? = nil, traced: Int = .max
    ) async throws -> StatusReport {
        let tags = try history.tags(of: selector, traced: traced).map(Self.records)
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
        var references: [StatusReport.ReferenceStatus] = []
        var registryError: RegistryError?
        for tag in tags {
            var remote = RemoteDigest.notAsked
            // Querying an unavailable registry again would cost its timeout for each reference.
            if registryError?.isUnavailable != true {
                do throws(RegistryError) {
                    remote = try await remoteDigest(of: tag.push, access)
                } catch {
                    registryError = registryError ?? error
                }
            }
            references.append(
                .init(
                    push: tag.push, pointsAt: tag.pointsAt, since: tag.since,
                    remoteDigest: remote.digest, isGone: remote == .absent))
            if let item = moved(tag.pointsAt, remote) { attention.append(item) }
        }
        // An imported push may belong to another backend, which has its own registry.
        let made = pushes.filter { $0.origin == nil }
        let own = made.filter { push in known.map { $0.backend == push.backend } ?? true }
        let registry =
            access?.registry ?? (own.first ?? made.first ?? pushes.first)?.reference?.registry
        var isReachable: Bool?
        if let remote, let registry { isReachable = await remote.registry.isReachable(registry) }
        return StatusReport(
            account: known.map { account in
                Account(
                    handle: access?.handle ?? account.handle ?? Self.owner(own),
                    backend: account.backend, source: account.source, kind: account.kind)
            },
            registry: registry, isRegistryReachable: isReachable,
            store: try history.summary(), attention: attention, references: references,
            remoteError: remoteError, registryError: registryError)
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

    /// The owner of the newest of `pushes`: the handle, where a login of an older version did not store it.
    private static func owner(_ pushes: [PushRecord]) -> String? {
        pushes.lazy.compactMap(\.reference?.owner).first
    }

    /// What a tag points at in the registry.
    private enum RemoteDigest: Equatable {
        case notAsked
        /// It has no such tag.
        case absent
        case digest(Digest)

        var digest: Digest? {
            if case .digest(let digest) = self { digest } else { nil }
        }
    }

    private func remoteDigest(
        of push: PushRecord, _ access: RegistryAccess?
    ) async throws(RegistryError) -> RemoteDigest {
        guard let remote, let access, let reference = push.reference,
            reference.registry == access.registry, reference.owner == access.handle
        else { return .notAsked }
        let manifest = try await remote.registry.manifest(taggedAs: reference, access: access)
        return manifest.map { .digest($0.digest) } ?? .absent
    }

    private func moved(_ push: PushRecord?, _ remote: RemoteDigest) -> AttentionItem? {
        guard let remote = remote.digest, let push, let manifest = push.state.manifest,
            manifest.digest != remote
        else { return nil }
        return AttentionItem(
            kind: .movedRemotely, push, message: "the tag in the registry points at \(remote)")
    }
}

extension ReferenceSelector {
    /// Whether `reference` is one that this selector names.
    package func matches(_ reference: ImageReference?) -> Bool {
        guard let reference else { return false }
        return repository == reference.repository && tag == reference.tag
            && (owner ?? reference.owner) == reference.owner
            && (registry ?? reference.registry) == reference.registry
    }
}
