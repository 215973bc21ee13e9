/// One push, from the command to the record.
///
/// The row is written before anything leaves the machine, and again the moment the digest is known:
/// from there on the push has succeeded, whatever follows, unless that digest is another image's.
package struct PushOperation: Sendable {
    let ports: PushPorts
    /// The pauses before the registry is queried again for a manifest that it does not show yet.
    let pauses: [Duration]
    /// The middle of the first pause between two attempts.
    let retryMilliseconds: Int64
    let report: @Sendable (PushProgress) -> Void

    /// The time after which a registry that does not show a manifest is not queried again.
    static let askingMilliseconds: Int64 = 15_000

    /// The time for which a password is sure to be valid after the login; backends issue it for five minutes.
    static let freshMilliseconds: Int64 = 60_000

    /// A registry with several replicas may show a push late.
    package static let usualPauses: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4),
    ]

    package init(
        _ ports: PushPorts, pauses: [Duration] = usualPauses, retryMilliseconds: Int64 = 1_000,
        report: @escaping @Sendable (PushProgress) -> Void
    ) {
        self.ports = ports
        self.pauses = pauses
        self.retryMilliseconds = retryMilliseconds
        self.report = report
    }

    /// Carries out `request`; `onDigest` is called once, when the digest is recorded and the registry was queried
    /// for it.
    ///
    /// A cancelled task stops the engine and is recorded as `cancelled`, or, after the digest of this image
    /// is known, as `succeeded` with its notification pending.
    package func run(
        _ request: PushRequest, onDigest: @Sendable (Digest) -> Void = { _ in }
    ) async -> PushResult {
        // Recorded before the first byte is sent to the engine, even that of the request for its version.
        let entry = await begin(request)
        async let inspection = result { () async throws(EngineError) in
            try await ports.engine.inspect(request.localImage)
        }
        async let context = ports.context.gather()
        let retries = Retries(
            request.retries, ports.system, firstMilliseconds: retryMilliseconds)
        var destination: ImageReference?
        do throws(PushError) {
            let access = try await authenticate(request)
            let reference = try address(request, access)
            destination = reference
            let session: any EngineSession
            do throws(PushError) {
                session = try await open(access, entry.id)
            } catch {
                // A failed inspection takes precedence over a session that cannot be opened.
                _ = try await inspected(await inspection, for: reference)
                throw error
            }
            let digest: Digest
            let isUnsigned: Bool
            let turn: Notifier.Turn
            var lock: (any ReferenceLock)?
            defer { lock?.release() }
            do throws(PushError) {
                do {
                    // A login that nothing waits for any more ends with this block, before the session is closed.
                    async let login = logIn(session, access, retries)
                    let inspection = try await inspected(await inspection, for: reference)
                    report(.loggingIn(registry: access.registry, handle: access.handle))
                    let image = PushedImage(inspection, reference, await context)
                    let asked = ports.system.now()
                    lock = try await self.lock(image, in: entry)
                    let waited = ports.system.now().milliseconds - asked.milliseconds
                    let delivery = PushDelivery(
                        operation: self, image: image, session: session, entry: entry,
                        policy: request.policies.policy(for: reference), retries: retries,
                        access: access)
                    async let decided = result { () async throws(PushError) in
                        try await delivery.decide()
                    }
                    // A push that may move the tag in any case need not wait for what the tag holds.
                    let early = delivery.policy == .move ? await delivery.tag() : nil
                    var decision: TagDecision
                    do throws(PushError) {
                        decision = try await decided.get()
                    } catch .registry(let error, let stage) {
                        try await login.get()
                        decision = try await delivery.decideAgain(
                            after: nil, .registry(error, stage: stage))
                    }
                    if case .push(let before, _) = decision {
                        let tagged =
                            if let early { early } else { await delivery.tag() }
                        try await delivery.record(tagged, after: before)
                        try await login.get()
                    }
                    // A login that was retried took time, in which the tag may have moved.
                    if retries.used > 0, case .push(let before, _) = decision {
                        decision = try await delivery.decideAgain(after: before)
                    }
                    var sending = delivery
                    digest = try await sending.deliver(
                        decision, isStale: waited > Self.freshMilliseconds)
                    isUnsigned = sending.isUnsigned
                }
                await session.close()
                onDigest(digest)
                turn = await takeTurn(for: reference, isWanted: request.notifies)
                lock?.release()
                lock = nil
            } catch {
                await session.close()
                throw error
            }

            await warnOfMove(to: digest, reference, in: entry)
            let notifyError = await notify(
                reference, digest, isWanted: request.notifies, turn, in: entry)
            let ending = PushEnding(at: ports.system.now())
            let result = await finish(
                entry, as: ending, notifyError: notifyError, isUnsigned: isUnsigned)
            turn.end()
            return result
        } catch {
            let ending = await failure(error, destination, await context, in: entry)
            return await finish(entry, as: ending, error: error)
        }
    }

    /// What the push would do; nothing is sent, tagged or recorded.
    ///
    /// - Throws: what the push would throw before it sends anything, including a refusal by the policy.
    package func preview(_ request: PushRequest) async throws(PushError) -> PushPreview {
        async let inspection = result { () async throws(EngineError) in
            try await ports.engine.inspect(request.localImage)
        }
        async let context = ports.context.gather()
        let access = try await authenticate(request)
        let reference = try address(request, access)
        let inspected = try await inspected(await inspection, for: reference)
        let image = PushedImage(inspected, reference, await context)
        let tagInspection = TagInspection(
            operation: self, image: image, policy: request.policies.policy(for: reference))
        return PushPreview(try await tagInspection.decide(access), tagInspection)
    }
}

/// Runs `body` and keeps its typed error, which `async let` would lose.
package func result<Value: Sendable, Failure: Error>(
    _ body: @Sendable () async throws(Failure) -> Value
) async -> Result<Value, Failure> {
    do throws(Failure) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
