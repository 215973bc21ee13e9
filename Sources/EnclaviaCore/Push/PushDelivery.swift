/// The image to push.
struct PushedImage: Sendable {
    let image: LocalImage
    let store: ImageStore
    let known: PushAuthenticated

    /// The engine's id.
    var id: String { image.id }
    var reference: ImageReference { known.reference }

    init(_ inspection: EngineInspection, _ reference: ImageReference, _ context: PushContext) {
        image = inspection.image
        store = inspection.store
        known = PushAuthenticated(
            reference: reference, source: .engine(inspection.image), engine: inspection.engine,
            context: context)
    }
}

/// The part of a push that happens while it holds the lock of its reference: the query of the tag, the policy, the
/// engine's push and the comparison with what the registry then holds.
struct PushDelivery: Sendable {
    let operation: PushOperation
    let image: PushedImage
    let session: any EngineSession
    let entry: any PushEntry
    let policy: TagPolicy
    let retries: Retries
    /// The latest valid access.
    var access: RegistryAccess
    /// Whether the engine pushed the image and failed when it should have signed it.
    var isUnsigned = false

    var ports: PushPorts { operation.ports }
    var reference: ImageReference { image.reference }
    private var tagInspection: TagInspection {
        TagInspection(operation: operation, image: image, policy: policy)
    }

    /// Queries the registry for what the tag holds, and decides by the policy. If the policy stops the push,
    /// records what is known of it, and that the notification is skipped.
    ///
    /// - Parameter before: what is known from an earlier attempt.
    func decide(after before: TagBefore? = nil) async throws(PushError) -> TagDecision {
        do throws(PushError) {
            return try await tagInspection.decide(access, after: before)
        } catch .policy(let violation) {
            let skipped = NotifyRecord(
                outcome: .skipped, at: ports.system.now(),
                message: "the tag policy stopped the push")
            operation.reportWarnings(of: await entry.append(authenticated() + [.notified(skipped)]))
            throw .policy(violation)
        }
    }

    /// Decides again, and retries temporary failures as often as the retries allow.
    ///
    /// - Parameters:
    ///   - before: what is known from an earlier attempt.
    ///   - error: why an attempt failed; `nil` where none did.
    func decideAgain(
        after before: TagBefore?, _ error: PushError? = nil
    ) async throws(PushError) -> TagDecision {
        var failure = error
        while true {
            if let error = failure {
                guard let pause = retries.next(after: error) else { throw error }
                operation.report(.retrying(registry: reference.registry, after: pause))
                try await operation.sleep(pause)
            }
            do throws(PushError) {
                return try await decide(after: before)
            } catch .registry(let error, let stage) {
                failure = .registry(error, stage: stage)
            }
        }
    }

    /// What is known of the push by now, unless it is already recorded.
    func authenticated() async -> [PushStep] {
        await entry.record.reference == nil ? [.authenticated(image.known)] : []
    }

    /// Pushes, records the digest and has the registry confirm it. Where the engine pushed another image,
    /// because somebody gave it the same name in between, the image is tagged and pushed once more.
    ///
    /// - Parameters:
    ///   - first: what the policy has decided.
    ///   - isStale: whether the login was so long ago that it may have expired.
    /// - Throws: ``PushError/otherImage(reference:digest:image:)`` where that happens twice.
    mutating func deliver(
        _ first: TagDecision, isStale: Bool
    ) async throws(PushError) -> Digest {
        if isStale {
            operation.report(.loggingIn(registry: access.registry, handle: access.handle))
            try await renew()
        }
        var decision = first
        var mayRepeat = true
        while true {
            let digest: Digest
            let before: TagBefore
            switch try await send(decision) {
            case .kept(let digest): return digest
            case .pushed(let new, let old): (digest, before) = (new, old)
            }
            let receipt = await entry.appendPushed(
                digest: digest, mediaType: nil, sizeBytes: nil, after: before,
                at: ports.system.now())
            operation.reportWarnings(of: receipt)
            operation.report(.digest(digest))
            if try await confirm(digest, after: before) { return digest }
            guard mayRepeat else {
                throw .otherImage(
                    reference: reference.description, digest: digest, image: image.id)
            }
            mayRepeat = false
            operation.report(.pushedOtherImage(reference, digest))
            // Recorded before the pause, so that a crash during it does not leave that digest in the record.
            try await record(await tag(), after: .registry(digest))
            try await operation.pause()
            decision = try await decideAgain(after: .registry(digest))
            try await retag()
        }
    }

    private enum Sent {
        /// The digest of what the registry had already.
        case kept(Digest)
        case pushed(Digest, after: TagBefore)
    }

    /// Pushes by what the policy has decided. Retries temporary failures, and queries the tag again before each
    /// retry.
    ///
    /// A push that failed, or reported no digest, may have arrived all the same, so the registry is queried before
    /// the result is believed. It is not queried if it refused the push, since the image may be there from before.
    private mutating func send(_ first: TagDecision) async throws(PushError) -> Sent {
        var decision = first
        while true {
            let before: TagBefore
            let held: ManifestDescriptor?
            switch decision {
            case .push(let old, let manifest): (before, held) = (old, manifest)
            case .keep(let manifest): return .kept(try await keep(manifest))
            }
            do throws(PushError) {
                if let digest = try await pushRenewing() { return .pushed(digest, after: before) }
            } catch .engine(.failedAfterPush(let name, let digest, let output), let stage) {
                let error = EngineError.failedAfterPush(
                    reference: name, digest: digest, output: output)
                guard await isThere(digest) else { throw .engine(error, stage: stage) }
                warn(of: .engine(error, stage: stage))
                return .pushed(digest, after: before)
            } catch let failure {
                guard failure != .cancelled, !failure.isRefusal else { throw failure }
                do throws(PushError) {
                    decision = try await decideAgain(after: before, failure)
                } catch .cancelled {
                    throw .cancelled
                } catch .policy(let violation) {
                    throw .policy(violation)
                } catch {
                    // The registry does not respond any more: report the attempt that failed.
                    guard let digest = await arrived() else { throw failure }
                    warn(of: failure)
                    return .pushed(digest, after: before)
                }
                if let now = decision.held, tagInspection.isImage(now), held?.digest != now.digest {
                    warn(of: failure)
                    return .pushed(now.digest, after: before)
                }
                continue
            }
            guard let digest = await arrived() else {
                throw .noDigest(reference: reference.description)
            }
            return .pushed(digest, after: before)
        }
    }

    /// The digest under the tag, if that manifest is the local image's.
    private func arrived() async -> Digest? {
        operation.report(.queryingRegistry(reference))
        guard case .success(let manifest?) = await tagInspection.held(access),
            tagInspection.isImage(manifest)
        else {
            return nil
        }
        return manifest.digest
    }
}
