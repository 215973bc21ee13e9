/// Records pushes that another tool has made, and notifies the backend of them.
///
/// The registry is asked for all of them first: each must be what its tag holds now, or none is recorded.
package struct RecordOperation: Sendable {
    /// Notifies the backend and records the end, as a push of this program does.
    private let push: PushOperation
    private let report: @Sendable (PushProgress) -> Void

    private var ports: PushPorts { push.ports }

    /// The most references whose locks are held at once; each takes a descriptor. Without locks, a push of the same
    /// reference on this machine at the same moment could be recorded in the wrong order.
    private static let lockLimit = 100

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
    /// A cancelled task records no more images; the report then has fewer results than images.
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
        var locks = try await lock(images.map(\.reference))
        defer { for lock in locks.values { lock.release() } }
        report(
            images.count == 1 ? .queryingRegistry(images[0].reference) : .confirming(images.count))
        let confirmed = try await TagConfirmation(
            registry: ports.registry, access: access, system: ports.system, pauses: push.pauses,
            report: report
        ).confirm(images)

        var run = RecordRun(request: request, startedAt: startedAt, context: await context)
        var results: [PushResult] = []
        for image in confirmed where !Task.isCancelled {
            let lock = locks.removeValue(forKey: image.image.reference)
            let result = await record(image, &run, lock)
            results.append(result)
            onResult(result)
        }
        guard !results.isEmpty else { throw .cancelled }
        if run.untold > 0 { report(.warning(.notTold(count: run.untold))) }
        return RecordReport(results: results, total: confirmed.count)
    }

    /// Waits for other pushes of the references on this machine, in one order for all processes.
    private func lock(
        _ references: [ImageReference]
    ) async throws(RecordError) -> [ImageReference: any ReferenceLock] {
        let distinct = Set(references)
        guard distinct.count <= Self.lockLimit else { return [:] }
        var locks: [ImageReference: any ReferenceLock] = [:]
        for reference in distinct.sorted(by: { $0.description < $1.description }) {
            do {
                locks[reference] = try await ports.locks.acquire(reference, for: .push) {
                    report(.waiting(reference))
                }
            } catch {
                for lock in locks.values { lock.release() }
                throw .cancelled
            }
        }
        return locks
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

/// What is known while the images of one request are recorded.
private struct RecordRun {
    let request: RecordRequest
    let startedAt: Timestamp
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

extension RecordRequest {
    /// The images as the account's references, each once.
    ///
    /// - Throws: ``RecordError`` for a name that is not the account's or not the destination's.
    fileprivate func found(
        for access: RegistryAccess
    ) throws(RecordError) -> [RecordError.FoundImage] {
        var own: ImageReference?
        do throws(DestinationError) {
            own = try destination?.reference(registry: access.registry, handle: access.handle)
        } catch {
            throw .destination(error)
        }
        var seen: Set<String> = []
        var found: [RecordError.FoundImage] = []
        for image in images {
            var reference = own
            if let name = image.name {
                do throws(ExternalNameError) {
                    reference = try name.reference(for: destination, access)
                } catch {
                    throw .name(name, image.place, error)
                }
            }
            guard let reference else { throw .input(ExternalFault(image.place, .noName)) }
            if seen.insert("\(reference)@\(image.digest)").inserted {
                found.append(.init(reference: reference, digest: image.digest, place: image.place))
            }
        }
        return found
    }

    /// The destination as the record shows it: as typed, unless the image's own name says another one.
    fileprivate func destination(of reference: ImageReference) -> String {
        if let destination, destination.tag == reference.tag { return destination.text }
        return "\(reference.path):\(reference.tag)"
    }
}
