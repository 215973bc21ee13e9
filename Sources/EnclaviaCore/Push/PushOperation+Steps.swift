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

    func open(_ access: RegistryAccess) async throws(PushError) -> any EngineSession {
        try await engine(.login) { () async throws(EngineError) in
            try await ports.engine.openSession(for: access.registry)
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

    /// Gives the image its name, and records that together with what is known by now: nothing has left
    /// the machine yet, and each record waits for the disk.
    func tag(
        _ image: String, _ known: PushAuthenticated, _ session: any EngineSession,
        in entry: any PushEntry
    ) async throws(PushError) {
        say(.tagging(image: image, reference: known.reference))
        let tagged = await result { () async throws(PushError) in
            try await engine(.tag) { () async throws(EngineError) in
                try await session.tag(image, as: known.reference)
            }
        }
        var steps: [PushStep] = [.authenticated(known)]
        if case .success = tagged { steps.append(.tagged) }
        tell(await entry.append(steps))
        try tagged.get()
    }

    func recordDigest(
        _ digest: Digest, _ reference: ImageReference, in entry: any PushEntry
    ) async {
        let receipt = await entry.appendPushed(
            digest: digest, mediaType: nil, sizeBytes: nil, at: ports.surroundings.now())
        say(.digest(digest))
        tell(receipt)
        if let manifest = receipt.record.state.manifest, manifest.tagChange == .moved,
            let previous = manifest.previousDigest
        {
            say(.warning(.tagMoved(reference, from: previous, to: digest)))
        }
    }

    /// Asks the registry for the digest by digest: by tag, somebody else's push could answer.
    func verify(
        _ digest: Digest, _ reference: ImageReference, _ access: RegistryAccess,
        in entry: any PushEntry
    ) async throws(PushError) {
        do throws(RegistryError) {
            let answer = try await ports.registry.manifest(digest, of: reference, access: access)
            guard let answer else {
                throw .digestMismatch(expected: digest, actual: "")
            }
            let step = PushVerified(mediaType: answer.mediaType, sizeBytes: answer.sizeBytes)
            tell(await entry.append([.verified(step)]))
        } catch .digestMismatch(_, let actual) {
            throw .contradicted(
                reference: reference.description, digest: digest,
                actual: actual.isEmpty ? nil : actual)
        } catch {
            say(.warning(.unverified(reference, error)))
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
