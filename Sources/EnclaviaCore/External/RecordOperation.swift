/// Records pushes that another tool has made, and notifies the backend of them.
///
/// The registry is asked for all of them first: each must be what its tag holds now, or none is recorded. One of
/// several is asked for once more under the lock of its reference, for which a push of this machine may have been
/// waited: it is not recorded if its tag has been moved.
package struct RecordOperation: Sendable {
    /// Notifies the backend and records the end, as a push of this program does.
    private let push: PushOperation
    private let report: @Sendable (PushProgress) -> Void

    private var ports: PushPorts { push.ports }

    /// - Parameter pauses: before the registry is asked again for what it does not show yet.
    package init(
        _ ports: PushPorts, pauses: [Duration] = PushOperation.usualPauses,
        report: @escaping @Sendable (PushProgress) -> Void
    ) {
        push = PushOperation(ports, pauses: pauses, report: report)
        self.report = report
    }

    /// Carries out `request`; `onResult` is called with the result of each image, in their order.
    ///
    /// A cancelled task records no more images; the report then has fewer results than images, as it has where a tag
    /// was moved after all were confirmed, or the registry failed then.
    ///
    /// - Throws: ``RecordError``; nothing was recorded then.
    package func run(
        _ request: RecordRequest, onResult: (PushResult) -> Void = { _ in }
    ) async throws(RecordError) -> RecordReport {
        let startedAt = ports.system.now()
        if request.destination == nil, let unnamed = request.images.first(where: { $0.name == nil })
        {
            throw .input(ExternalFault(unnamed.place, .noName))
        }
        async let context = ports.context.gather()
        let access: RegistryAccess
        do {
            access = try await ports.backend.registryAccess()
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
        }
        let images = try request.found(for: access)
        let confirmation = TagConfirmation(
            registry: ports.registry, access: RenewableAccess(access, of: ports.backend),
            system: ports.system, pauses: push.pauses, report: report)
        guard images.count > 1 else {
            report(.queryingRegistry(images[0].reference))
            let (image, lock) = try await locked(images[0]) { image throws(RecordError) in
                try await confirmation.confirm([image])[0]
            }
            var run = RecordRun(request: request, startedAt: startedAt, context: await context)
            let result = await record(image, &run, lock)
            onResult(result)
            return RecordReport(results: [result], total: 1)
        }
        report(.confirming(images.count))
        let confirmed = try await confirmation.confirm(images)
        var run = RecordRun(request: request, startedAt: startedAt, context: await context)
        var (results, failures): ([PushResult], [RecordError]) = ([], [])
        for known in confirmed where !Task.isCancelled {
            do throws(RecordError) {
                let (image, lock) = try await locked(known.image) { _ throws(RecordError) in
                    try await confirmation.again(known)
                }
                run.startedAt = image.askedAt
                let result = await record(image, &run, lock)
                results.append(result)
                onResult(result)
            } catch {
                failures.append(error)
                // Of the other images, each has a tag of its own.
                if !error.isOfOneTag { break }
            }
        }
        guard !results.isEmpty else { throw RecordError(ofAll: failures) }
        if run.untold > 0 { report(.warning(.notTold(count: run.untold))) }
        return RecordReport(results: results, failures: failures, total: confirmed.count)
    }

    /// Waits for other pushes of the image's reference on this machine, and confirms the image then.
    ///
    /// - Returns: the lock, too, which ``record(_:_:_:)`` releases; where `confirm` throws, it is released.
    private func locked(
        _ image: RecordError.FoundImage,
        confirm: (RecordError.FoundImage) async throws(RecordError) -> ConfirmedImage
    ) async throws(RecordError) -> (ConfirmedImage, (any ReferenceLock)?) {
        let lock = try await lock(image.reference)
        do throws(RecordError) {
            return (try await confirm(image), lock)
        } catch {
            lock?.release()
            throw error
        }
    }

    /// Waits for other pushes of the reference on this machine.
    private func lock(
        _ reference: ImageReference
    ) async throws(RecordError) -> (any ReferenceLock)? {
        do {
            return try await ports.locks.acquire(reference, for: .push) {
                report(.waiting(reference))
            }
        } catch {
            throw .cancelled
        }
    }

    private func record(
        _ image: ConfirmedImage, _ run: inout RecordRun, _ lock: (any ReferenceLock)?
    ) async -> PushResult {
        let (reference, digest) = (image.image.reference, image.image.digest)
        if case .failure(let error) = image.labels {
            report(.warning(.labelsUnknown(reference, error)))
        }
        let (host, user) = ports.context.identity()
        let started = PushStarted(
            destination: run.request.destination(of: reference), backend: ports.backend.url,
            localImage: digest.description, labels: run.request.labels,
            message: run.request.message, startedAt: run.startedAt, host: host, user: user,
            cliVersion: run.request.cliVersion)
        let manifest = PushedManifest(
            digest: digest, mediaType: image.manifest.mediaType, isVerified: true,
            sizeBytes: image.manifest.sizeBytes, pushedAt: image.askedAt)
        let entry = await ports.journal.record(
            ports.system.newID(), started, run.known(image), manifest)

        let isTold = run.request.notifies && run.unavailable == nil
        let turn = await push.takeTurn(for: reference, isWanted: isTold)
        lock?.release()
        await push.warnOfMove(to: digest, reference, in: entry)
        var notifyError = run.request.notifies ? run.unavailable : nil
        if notifyError != nil {
            run.untold += 1
        } else {
            notifyError = await push.notify(
                reference, digest, isWanted: run.request.notifies, turn, in: entry)
            // Each further image would wait as long for nothing.
            if let error = notifyError, error.isUnavailable,
                await entry.record.notify.attempts > 0
            {
                run.unavailable = error
            }
        }
        let result = await push.finish(
            entry, as: PushEnding(at: ports.system.now()), notifyError: notifyError)
        turn.end()
        return result
    }
}

extension RecordError {
    /// Whether it says nothing of the other images.
    fileprivate var isOfOneTag: Bool {
        if case .notHeld = self { true } else { false }
    }

    /// Why none of several images was recorded after all were confirmed.
    fileprivate init(ofAll failures: [RecordError]) {
        self = failures.first { !$0.isOfOneTag } ?? failures.first ?? .cancelled
        if case .notHeld(let image, let held, let isPart, _) = self {
            self = .notHeld(image, held: held, isPart: isPart, others: failures.count - 1)
        }
    }
}

/// What is known while the images of one request are recorded.
private struct RecordRun {
    let request: RecordRequest
    /// Of the next image: when this command started, or, for one of several, when the registry was asked under its
    /// lock.
    var startedAt: Timestamp
    /// Of this process.
    let context: PushContext
    /// Why the backend could not be notified of an earlier image.
    var unavailable: BackendError?
    /// The number of images that it was not notified of since.
    var untold = 0

    /// The commit that is checked out here is that of the image only if the image says so.
    func known(_ image: ConfirmedImage) -> PushAuthenticated {
        let labels = (try? image.labels.get()) ?? .none
        var context = context
        if labels.revision.flatMap({ CommitID($0) })?.text != context.gitCommit {
            (context.gitCommit, context.gitBranch, context.gitDirty) = (nil, nil, nil)
        }
        return PushAuthenticated(
            reference: image.image.reference, source: .registry(image.image.digest, labels),
            engine: EngineVersion(name: request.tool, version: nil), context: context)
    }
}
