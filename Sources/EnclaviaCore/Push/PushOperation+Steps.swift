// The steps of a push, in their order.

extension PushOperation {
    func begin(_ request: PushRequest) async -> any PushEntry {
        let (host, user) = ports.context.identity()
        let started = PushStarted(
            destination: request.destination.text, backend: ports.backend.url,
            localImage: request.localImage, labels: request.labels, message: request.message,
            startedAt: ports.system.now(), host: host, user: user,
            cliVersion: request.cliVersion)
        return await ports.journal.begin(ports.system.newID(), started)
    }

    func authenticate(_ request: PushRequest) async throws(PushError) -> RegistryAccess {
        do {
            return try await ports.backend.registryAccess()
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
        }
    }

    /// The reference of the push. Throws for another owner than the handle, before anything is tagged.
    func address(
        _ request: PushRequest, _ access: RegistryAccess
    ) throws(PushError) -> ImageReference {
        do {
            return try request.destination.reference(
                registry: access.registry, handle: access.handle)
        } catch {
            throw .destination(error)
        }
    }

    /// The image that was inspected. For a missing one, the error lists the nearest names, without those that
    /// earlier pushes gave to images: users do not use them.
    func inspected(
        _ inspection: Result<EngineInspection, EngineError>, for reference: ImageReference
    ) async throws(PushError) -> EngineInspection {
        do throws(EngineError) {
            return try inspection.get()
        } catch {
            guard !Task.isCancelled else { throw .cancelled }
            guard case .imageNotFound(let image, let nearest) = error else {
                throw .engine(error, stage: .inspect)
            }
            let own = reference.registry + "/"
            let names = image.hasPrefix(own) ? nearest : nearest.filter { !$0.hasPrefix(own) }
            throw .engine(.imageNotFound(image: image, nearest: names), stage: .inspect)
        }
    }

    func open(
        _ access: RegistryAccess, _ push: PushID
    ) async throws(PushError) -> any EngineSession {
        try await engine(.login) { () async throws(EngineError) in
            try await ports.engine.openSession(for: access.registry, push: push)
        }
    }

    /// Logs in, and retries temporary failures. The first attempt runs while the image is inspected, and is
    /// reported once the image is found.
    func logIn(
        _ session: any EngineSession, _ access: RegistryAccess, _ retries: Retries
    ) async -> Result<Void, PushError> {
        await result { () async throws(PushError) in
            while true {
                do throws(PushError) {
                    return try await logInOnce(session, access)
                } catch {
                    guard let pause = retries.next(after: error) else { throw error }
                    report(.retrying(registry: access.registry, after: pause))
                    try await sleep(pause)
                    report(.loggingIn(registry: access.registry, handle: access.handle))
                }
            }
        }
    }

    private func logInOnce(
        _ session: any EngineSession, _ access: RegistryAccess
    ) async throws(PushError) {
        do throws(PushError) {
            try await engine(.login) { () async throws(EngineError) in
                try await session.login(handle: access.handle, password: access.password)
            }
        } catch .engine(.loginFailed(let registry, let output), let stage) {
            // The engine reports a registry that refuses and one that is unavailable only as prose.
            guard await ports.registry.isReachable(registry) else {
                throw .registry(
                    .unavailable(registry: registry, reason: "no response"), stage: .login)
            }
            throw .engine(.loginFailed(registry: registry, output: output), stage: stage)
        }
    }

    /// Waits for other pushes to the reference. A long wait first records what is known of this push.
    func lock(
        _ image: PushedImage, in entry: any PushEntry
    ) async throws(PushError) -> (any ReferenceLock)? {
        do {
            return try await ports.locks.acquire(image.reference, for: .push) {
                report(.waiting(image.reference))
                reportWarnings(of: await entry.append([.authenticated(image.known)]))
            }
        } catch {
            throw .cancelled
        }
    }

    /// Reports the receipt's warnings.
    func reportWarnings(of receipt: PushReceipt) {
        for warning in receipt.warnings { report(.warning(.store(warning))) }
    }

    /// Runs a step of the engine; after a signal, a failure counts as a cancellation.
    func engine<Value: Sendable>(
        _ stage: PushStage, _ body: () async throws(EngineError) -> Value
    ) async throws(PushError) -> Value {
        guard !Task.isCancelled else { throw .cancelled }
        do {
            return try await body()
        } catch {
            throw Task.isCancelled ? .cancelled : .engine(error, stage: stage)
        }
    }
    /// Waits half a second to a second and a half, so that pushes that failed together do not retry together.
    func pause() async throws(PushError) {
        try await sleep(.milliseconds(500 + Int64(ports.system.random().0 % 1_000)))
    }

    func sleep(_ pause: Duration) async throws(PushError) {
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw .cancelled
        }
    }
}
