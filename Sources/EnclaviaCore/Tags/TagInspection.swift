/// What a policy has decided.
enum TagDecision: Hashable, Sendable {
    /// - Parameter held: what the registry holds under the tag, if it responded.
    case push(after: TagBefore, held: ManifestDescriptor?)
    case keep(ManifestDescriptor)

    /// What the registry holds under the tag; `nil` also where the tag does not exist.
    var held: ManifestDescriptor? {
        switch self {
        case .push(_, let held): held
        case .keep(let held): held
        }
    }
}

/// Queries what a tag holds before a push, and applies the tag policy to it.
struct TagInspection: Sendable {
    let operation: PushOperation
    let image: PushedImage
    let policy: TagPolicy

    private var ports: PushPorts { operation.ports }
    private var reference: ImageReference { image.reference }

    /// A registry that has not responded by then counts as unavailable.
    private static let timeout = Duration.seconds(10)

    /// Queries the registry for what the tag holds, and decides by the policy.
    ///
    /// Under ``TagPolicy/move`` this throws ``PushError/cancelled`` alone: where the registry does not respond, it
    /// uses `before`, or else the history, for what the tag held.
    ///
    /// - Parameter before: what is known from an earlier attempt.
    func decide(
        _ access: RegistryAccess, after before: TagBefore? = nil
    ) async throws(PushError) -> TagDecision {
        let held: ManifestDescriptor?
        do throws(RegistryError) {
            held = try await self.held(access).get()
        } catch {
            guard !Task.isCancelled else { throw .cancelled }
            guard policy == .move else { throw .registry(error, stage: .tag) }
            if before == nil { operation.report(.warning(.tagUnknown(reference, error))) }
            return .push(after: before ?? .history, held: nil)
        }
        let push = TagDecision.push(after: .registry(held?.digest), held: held)
        guard let held else { return push }
        switch policy {
        case .move:
            return push
        case .keep:
            return .keep(held)
        case .refuse:
            guard isImage(held) else { throw .policy(.tagExists(reference, held.digest)) }
        case .forward:
            if !isImage(held) { try await checkOrder(after: held, access) }
        }
        return push
    }

    /// What the registry holds under the tag.
    func held(_ access: RegistryAccess) async -> Result<ManifestDescriptor?, RegistryError> {
        let query = { @Sendable () async throws -> ManifestDescriptor? in
            try await ports.registry.manifest(taggedAs: reference, access: access)
        }
        do {
            return .success(try await withTimeLimit(Self.timeout, query))
        } catch let error as RegistryError where error != .cancelled || Task.isCancelled {
            return .failure(error)
        } catch {
            let seconds = Self.timeout.components.seconds
            return .failure(
                .unavailable(
                    registry: reference.registry, reason: "timed out after \(seconds) s"))
        }
    }

    /// Whether the manifest is known to be the local image; one that cannot be compared counts as another image.
    func isImage(_ manifest: ManifestDescriptor) -> Bool {
        manifest.compared(with: image.id, in: image.store) == .same
    }

    /// - Throws: a ``TagPolicyViolation`` unless the commit of `held` is this image's or an ancestor of it.
    private func checkOrder(
        after held: ManifestDescriptor, _ access: RegistryAccess
    ) async throws(PushError) {
        func unknown(_ reason: UnknownOrder) -> PushError {
            .policy(.orderUnknown(reference, held.digest, reason))
        }
        let new: CommitID
        let old: CommitID
        do throws(UnknownOrderError) {
            new = try await newCommit()
            old = try await heldCommit(held, access)
        } catch {
            switch error {
            case .unknown(let reason): throw unknown(reason)
            case .registry(let error):
                throw Task.isCancelled ? .cancelled : .registry(error, stage: .tag)
            }
        }
        guard old != new else { return }
        let isAncestor: Bool
        do {
            isAncestor = try await ports.commits.isAncestor(old, of: new)
        } catch {
            throw Task.isCancelled ? .cancelled : unknown(.graph(error))
        }
        guard isAncestor else {
            throw .policy(.tagNewer(reference, held.digest, held: old.text, new: new.text))
        }
    }

    private enum UnknownOrderError: Error {
        case unknown(UnknownOrder)
        case registry(RegistryError)
    }

    /// The commit of the local image: that of its label, else the one that is checked out.
    private func newCommit() async throws(UnknownOrderError) -> CommitID {
        let label = image.image.revision.flatMap { $0.isEmpty ? nil : $0 }
        let head: CommitID?
        do {
            head = try await ports.commits.head().flatMap { CommitID($0) }
        } catch {
            // With a label, the commit is known even without git.
            guard label != nil, error.isWithoutGit else { throw .unknown(.graph(error)) }
            head = nil
        }
        guard let label else {
            guard let head else { throw .unknown(.noCommit) }
            return head
        }
        guard let commit = CommitID(label) else { throw .unknown(.badLabel(label, .local)) }
        if let head, head != commit {
            throw .unknown(.labelIsNotHead(label: label, head: head.text))
        }
        return commit
    }

    /// The commit of what the registry holds: that of its label, else the one that the history has.
    private func heldCommit(
        _ held: ManifestDescriptor, _ access: RegistryAccess
    ) async throws(UnknownOrderError) -> CommitID {
        let label: String?
        do {
            label = try await ports.registry.labels(of: held, in: reference, access: access)
                .revision
        } catch {
            throw .registry(error)
        }
        if let label, !label.isEmpty {
            guard let commit = CommitID(label) else {
                throw .unknown(.badLabel(label, .registry))
            }
            return commit
        }
        let known: String?
        do {
            known = try await ports.journal.commit(of: held.digest, at: reference)
        } catch {
            throw .unknown(.historyUnreadable(error))
        }
        guard let commit = known.flatMap({ CommitID($0) }) else { throw .unknown(.noHeldCommit) }
        return commit
    }
}
