// What the engine does for a push: tag, push, and log in again.

extension PushDelivery {
    /// Gives the image its name.
    ///
    /// The image is the one that was inspected, by its id: a build may have moved its name since.
    func tag() async -> Result<Void, PushError> {
        operation.report(.tagging(image: await entry.record.localImage, reference: reference))
        return await result { () async throws(PushError) in try await retag() }
    }

    /// Records that the image has its name, and what the tag held in the registry.
    ///
    /// - Throws: the error of ``tag()``.
    func record(
        _ tagged: Result<Void, PushError>, after before: TagBefore
    ) async throws(PushError) {
        let name = await entry.record.localImage
        // Nothing has left the machine yet, and each record waits for the disk.
        var steps = await authenticated()
        if case .success = tagged { steps.append(.tagged(before)) }
        if !steps.isEmpty { operation.tell(await entry.append(steps)) }
        do {
            try tagged.get()
        } catch .engine(.imageNotFound(_, let nearest), let stage) {
            // It was there when it was inspected. People know it by its name.
            throw .engine(.imageNotFound(image: name, nearest: nearest), stage: stage)
        }
    }

    /// Pushes; a token that ran out on the way leads to one fresh token, one login and one more push: the
    /// layers are there already.
    mutating func pushRenewing() async throws(PushError) -> Digest? {
        do throws(PushError) {
            return try await pushOnce()
        } catch .engine(.denied, stage: .push) {
            operation.report(.renewing(registry: access.registry))
            try await renew()
        } catch {
            throw error
        }
        return try await pushOnce()
    }

    /// Logs in with a new password.
    mutating func renew() async throws(PushError) {
        let fresh: RegistryAccess
        do {
            fresh = try await ports.backend.registryAccess()
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
        }
        // A password is for the registry that it was given for.
        guard fresh.registry == access.registry, fresh.handle == access.handle else {
            throw .backend(
                .protocolViolation(
                    call: "GET /me/registry",
                    detail: "the registry or the handle changed during a push"))
        }
        try await operation.engine(.login) { () async throws(EngineError) in
            try await session.login(handle: fresh.handle, password: fresh.password)
        }
        access = fresh
    }

    private func pushOnce() async throws(PushError) -> Digest? {
        operation.report(.pushing(reference))
        return try await operation.engine(.push) { () async throws(EngineError) in
            try await session.push(image.id, as: reference) { operation.report(.engine($0)) }
        }
    }

    /// Gives the image its name, once more where it was given before.
    func retag() async throws(PushError) {
        try await operation.engine(.tag) { () async throws(EngineError) in
            try await session.tag(image.id, as: reference)
        }
    }
}
