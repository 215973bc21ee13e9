// The steps of a push, in their order.

extension PushOperation {
    func begin(_ request: PushRequest) async -> any PushEntry {
        let (host, user) = ports.context.identity()
        let started = PushStarted(
            destination: request.destination.text, backend: ports.backend.url,
            localImage: request.localImage, labels: request.labels,
            startedAt: ports.surroundings.now(), host: host, user: user,
            cliVersion: request.cliVersion)
        return await ports.journal.begin(ports.surroundings.newID(), started)
    }

    func authenticate(_ request: PushRequest) async throws(PushError) -> RegistryAccess {
        do {
            return try await ports.backend.registryAccess()
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
        }
    }

    /// The reference of the push; another owner than the handle ends here, before anything is tagged.
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

    func inspected(
        _ inspection: Result<EngineInspection, EngineError>
    ) async throws(PushError) -> EngineInspection {
        do {
            return try inspection.get()
        } catch {
            throw Task.isCancelled ? .cancelled : .engine(error, stage: .inspect)
        }
    }

    func open(
        _ access: RegistryAccess, _ push: PushID
    ) async throws(PushError) -> any EngineSession {
        try await engine(.login) { () async throws(EngineError) in
            try await ports.engine.openSession(for: access.registry, push: push)
        }
    }

    func logIn(
        _ session: any EngineSession, _ access: RegistryAccess
    ) async -> Result<Void, PushError> {
        say(.loggingIn(registry: access.registry, handle: access.handle))
        return await result { () async throws(PushError) in
            do throws(PushError) {
                try await engine(.login) { () async throws(EngineError) in
                    try await session.login(handle: access.handle, password: access.password)
                }
            } catch .engine(.loginFailed(let registry, let output), let stage) {
                // The engine says both in prose alone: a registry that refuses, and one that is away.
                guard await ports.registry.isReachable(registry) else {
                    throw .registry(.unavailable(registry: registry, reason: "no answer"))
                }
                throw .engine(.loginFailed(registry: registry, output: output), stage: stage)
            }
        }
    }

    /// Waits for other pushes to the reference through the same engine. A long wait begins with what is known
    /// of this one on record.
    func lock(
        _ image: PushedImage, engine: String, in entry: any PushEntry
    ) async throws(PushError) -> (any ReferenceLock)? {
        do {
            return try await ports.locks.acquire(image.known.reference, engine: engine) {
                say(.waiting(image.known.reference))
                tell(await entry.append([.authenticated(image.known)]))
            }
        } catch {
            throw .cancelled
        }
    }

    /// Gives the image its name, and records that together with `steps`: nothing has left the machine
    /// yet, and each record waits for the disk.
    ///
    /// The image is the one that was inspected, by its id: a build may have moved its name since.
    func tag(
        _ image: PushedImage, _ session: any EngineSession, after steps: [PushStep],
        in entry: any PushEntry
    ) async throws(PushError) {
        let name = await entry.record.localImage
        say(.tagging(image: name, reference: image.known.reference))
        let tagged = await result { () async throws(PushError) in try await retag(image, session) }
        var steps = steps
        if case .success = tagged { steps.append(.tagged) }
        if !steps.isEmpty { tell(await entry.append(steps)) }
        do {
            try tagged.get()
        } catch .engine(.imageNotFound(_, let nearest), let stage) {
            // It was there when it was inspected. People know it by its name.
            throw .engine(.imageNotFound(image: name, nearest: nearest), stage: stage)
        }
    }

    /// Gives the image its name, once more where it was given before.
    func retag(
        _ image: PushedImage, _ session: any EngineSession
    ) async throws(PushError) {
        try await engine(.tag) { () async throws(EngineError) in
            try await session.tag(image.id, as: image.known.reference)
        }
    }

    /// Says what went wrong beside the record.
    func tell(_ receipt: PushReceipt) {
        for warning in receipt.warnings { say(.warning(.store(warning))) }
    }

    /// Runs a step of the engine; after a signal its failure is the signal's doing.
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
}
