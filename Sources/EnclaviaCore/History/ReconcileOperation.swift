/// Resolves what pushes have left open: recovers the spool, and queries the registry for interrupted pushes and for
/// digests that it never confirmed.
package struct ReconcileOperation: Sendable {
    /// Makes the services, when there is something to query.
    package typealias Services = @Sendable () throws(BackendError) -> (any Backend, any Registry)

    private let history: any History
    private let maintenance: any HistoryMaintenance
    private let journal: any PushJournal
    private let services: Services
    private let clients: any PushClients
    private let system: any SystemEnvironment
    private let errorMessage: PushErrorMessage
    /// How the engine identifies the image with that id; `nil` where the engine cannot tell.
    private let store: @Sendable (_ id: String) async -> ImageStore?

    package init(
        history: any History, maintenance: any HistoryMaintenance, journal: any PushJournal,
        system: any SystemEnvironment, services: @escaping Services,
        clients: any PushClients,
        store: @escaping @Sendable (_ id: String) async -> ImageStore?,
        errorMessage: @escaping PushErrorMessage
    ) {
        self.history = history
        self.maintenance = maintenance
        self.journal = journal
        self.services = services
        self.clients = clients
        self.system = system
        self.store = store
        self.errorMessage = errorMessage
    }

    /// A push that cannot be queried for stays as it is, and is in the report with the reason.
    ///
    /// - Throws: ``StoreError`` where the history cannot be read or written, `CancellationError`.
    package func run() async throws -> ReconcileReport {
        var report = ReconcileReport(recovered: try await maintenance.recover())
        let interrupted = try history.unresolved()
        let unverified = try history.unverified()
        var query = RegistryQuery(services)
        for push in interrupted {
            try Task.checkCancellation()
            report.pushes.append(try await resolve(push, &query))
        }
        for push in unverified {
            try Task.checkCancellation()
            if let resolved = await verify(push, &query) { report.pushes.append(resolved) }
        }
        report.problem = query.problem
        return report
    }

    /// Queries the registry for the digests of `pushes`, which have succeeded, for as long as it responds and the
    /// task is not cancelled.
    package func confirm(_ pushes: [PushRecord]) async -> [ResolvedPush] {
        var query = RegistryQuery(services)
        var resolved: [ResolvedPush] = []
        for push in pushes where !Task.isCancelled {
            if let result = await verify(push, &query) { resolved.append(result) }
        }
        return resolved
    }

    /// A push whose image is known may have sent it; before that, nothing can have been sent.
    private func resolve(
        _ push: PushRecord, _ query: inout RegistryQuery
    ) async throws -> ResolvedPush {
        guard let reference = push.reference, let image = push.image else {
            return await end(push, as: .cancelled, .nothingSent)
        }
        // Checked before the registry is queried: the client may finish between the two, with the image there.
        let isSending = clients.isRunning(push.id) ?? true
        switch await query.ask(
            push,
            { registry, access throws(RegistryError) in
                try await registry.manifest(taggedAs: reference, access: access)
            })
        {
        case .response(let manifest?)
        where try manifest.isImage(withID: image.id)
            && !history.wasPushedLater(manifest.digest, than: push):
            return await arrived(push, manifest)
        case .response where isSending:
            return ResolvedPush(record: push, outcome: .stillSending)
        case .response:
            return await end(push, as: PushState(.neverArrived(reference), errorMessage), .absent)
        case .notOurs: return ResolvedPush(record: push, outcome: .notOurs)
        case .refusal(let error):
            return ResolvedPush(record: push, outcome: .refused, error: error)
        case .unavailable: return ResolvedPush(record: push, outcome: .unanswered)
        }
    }

    private func arrived(
        _ push: PushRecord, _ manifest: ManifestDescriptor
    ) async -> ResolvedPush {
        let now = system.now()
        let pushed = await journal.appendPushed(
            digest: manifest.digest, mediaType: manifest.mediaType, sizeBytes: manifest.sizeBytes,
            after: push.tagBefore, at: now, to: push.id)
        // Only the store has the updated record; a spooled push is resolved once the spool is recovered.
        guard case .store = pushed.location else {
            return ResolvedPush(record: push, outcome: .arrived, receipt: pushed)
        }
        let verified = await journal.append([.verified(PushVerified(manifest))], to: push.id)
        guard case .store = verified.location else {
            return ResolvedPush(record: pushed.record, outcome: .arrived, receipt: verified)
        }
        return await end(verified.record, as: nil, .arrived)
    }

    /// Writes the end that the push could not write itself.
    private func end(
        _ push: PushRecord, as state: PushState?, _ outcome: ReconcileOutcome
    ) async -> ResolvedPush {
        var whole = push
        if let state { whole.state = state }
        whole.finishedAt = system.now()
        whole.revision += 1
        let receipt = await journal.append([.reconciled(whole)], to: push.id)
        return ResolvedPush(record: whole, outcome: outcome, receipt: receipt)
    }

    private func fail(
        _ push: PushRecord, _ manifest: PushedManifest, _ failure: PushError,
        _ outcome: ReconcileOutcome, _ error: RegistryError? = nil
    ) async -> ResolvedPush {
        var whole = push
        whole.state = PushState(failure, contradicted: manifest, errorMessage)
        if whole.notify.outcome == .pending { whole.notify = .none }
        whole.revision += 1
        let receipt = await journal.append([.reconciled(whole)], to: push.id)
        return ResolvedPush(record: whole, outcome: outcome, receipt: receipt, error: error)
    }

    private enum Comparison {
        case same
        /// It belongs to another image than the push's own, which has that id.
        case different(from: String)
        /// Only the engine could tell, and it cannot.
        case unknown
    }

    /// Compares the manifest that has a push's digest with the push's image, if the record has one.
    private func compare(_ push: PushRecord, _ manifest: ManifestDescriptor) async -> Comparison {
        guard let id = push.image?.id, !manifest.isImage(withID: id) else { return .same }
        guard let store = await store(id) else { return .unknown }
        return manifest.compared(with: id, in: store) == .different ? .different(from: id) : .same
    }

    private func verify(_ push: PushRecord, _ query: inout RegistryQuery) async -> ResolvedPush? {
        guard let reference = push.reference, let pushed = push.state.manifest else { return nil }
        let digest = pushed.digest
        switch await query.ask(
            push,
            { registry, access throws(RegistryError) in
                try await registry.manifest(digest, of: reference, access: access)
            })
        {
        case .response(let manifest?):
            switch await compare(push, manifest) {
            case .same: break
            case .unknown: return ResolvedPush(record: push, outcome: .notCompared)
            case .different(let id):
                let failure = PushError.otherImage(
                    reference: reference.description, digest: digest, image: id)
                return await fail(push, pushed, failure, .otherImage)
            }
            let step = PushStep.verified(PushVerified(manifest))
            var whole = push
            whole.apply(step)
            let receipt = await journal.append([step], to: push.id)
            return ResolvedPush(record: whole, outcome: .verified, receipt: receipt)
        case .response(nil): return ResolvedPush(record: push, outcome: .gone)
        case .refusal(let error):
            guard case .digestMismatch = error else {
                return ResolvedPush(record: push, outcome: .refused, error: error)
            }
            return await fail(
                push, pushed, .registry(error, stage: .verify), .contradicted, error)
        case .notOurs: return nil
        case .unavailable: return ResolvedPush(record: push, outcome: .unanswered)
        }
    }
}
