/// What is the state of things: the account, the registry, the store, what needs attention, and the
/// newest push of each reference.
package struct StatusReport: Sendable {
    package struct ReferenceStatus: Sendable {
        package let push: PushRecord
        /// What the registry says the tag points at now; `nil` where it was not asked or has no such tag.
        package let remoteDigest: Digest?
    }

    package let account: Account?
    package let registry: String?
    /// `nil` where it was not asked.
    package let isRegistryReachable: Bool?
    package let store: StoreSummary
    package let attention: [AttentionItem]
    package let references: [ReferenceStatus]
    /// What could not be asked of the backend; `nil` where nothing was, or all was answered.
    package let remoteError: BackendError?
    /// The first question about a tag that the registry did not answer; `nil` where it answered all.
    package let registryError: RegistryError?
}

/// Gathers a ``StatusReport``; nothing leaves the machine unless the remote side is asked for.
package struct StatusOperation: Sendable {
    private let history: any History
    private let accounts: any Accounts
    private let remote: Remote?

    /// The services that are asked where the remote side is wanted.
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

    /// - Throws: ``StoreError`` where the history cannot be read, ``BackendError`` for credentials that
    ///   are malformed or unsafe.
    package func run(_ selector: ReferenceSelector?) async throws -> StatusReport {
        let pushes = try history.latest(of: selector).map { try $0.record() }
        let known = try accounts.account()
        var attention = try history.needingAttention().filter { item in
            selector.map { $0.matches(item.reference) } ?? true
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
        for push in pushes {
            var digest: Digest?
            // A registry that is away once would be waited for at each reference.
            if registryError?.isSilence != true {
                do throws(RegistryError) {
                    digest = try await remoteDigest(of: push, access)
                } catch {
                    registryError = registryError ?? error
                }
            }
            references.append(.init(push: push, remoteDigest: digest))
            if let item = moved(push, digest) { attention.append(item) }
        }
        let registry = access?.registry ?? pushes.first?.reference?.registry
        var isReachable: Bool?
        if let remote, let registry { isReachable = await remote.registry.isReachable(registry) }
        return StatusReport(
            account: known.map { account in
                Account(
                    handle: access?.handle ?? account.handle ?? Self.owner(pushes, account.backend),
                    backend: account.backend, source: account.source, kind: account.kind)
            },
            registry: registry, isRegistryReachable: isReachable,
            store: try history.summary(), attention: attention, references: references,
            remoteError: remoteError, registryError: registryError)
    }

    /// Whose the newest push to that backend was: the handle, where only an older login is known.
    private static func owner(_ pushes: [PushRecord], _ backend: String) -> String? {
        pushes.first { $0.backend == backend && $0.reference != nil }?.reference?.owner
    }

    private func remoteDigest(
        of push: PushRecord, _ access: RegistryAccess?
    ) async throws(RegistryError) -> Digest? {
        guard let remote, let access, let reference = push.reference,
            reference.registry == access.registry, reference.owner == access.handle
        else { return nil }
        return try await remote.registry.manifest(taggedAs: reference, access: access)?.digest
    }

    private func moved(_ push: PushRecord, _ remote: Digest?) -> AttentionItem? {
        guard let remote, let reference = push.reference,
            case .succeeded(let manifest) = push.state, manifest.digest != remote
        else { return nil }
        return AttentionItem(
            kind: .movedRemotely, pushID: push.id, reference: reference,
            message: "the registry's tag points at \(remote)")
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
