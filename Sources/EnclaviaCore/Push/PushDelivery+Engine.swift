// What the engine does for a push: tag, push, and log in again.

extension PushDelivery {
    /// Tags the image with its reference.
    ///
    /// The image is the one that was inspected, by its id: a build may have moved its name since.
    func tag() async -> Result<Void, PushError> {
        operation.report(.tagging(image: await entry.record.localImage, reference: reference))
        return await result { () async throws(PushError) in try await retag() }
    }

    /// Records that the image is tagged, and what the tag held in the registry.
    ///
    /// - Throws: the error of ``tag()``.
    func record(
        _ tagged: Result<Void, PushError>, after before: TagBefore
    ) async throws(PushError) {
        let name = await entry.record.localImage
        // Nothing has left the machine yet, so the steps share one write: each write waits for the disk.
        var steps = await authenticated()
        if case .success = tagged { steps.append(.tagged(before)) }
        if !steps.isEmpty { operation.reportWarnings(of: await entry.append(steps)) }
        do {
            try tagged.get()
        } catch .engine(.imageNotFound(_, let nearest), let stage) {
            // It existed when it was inspected. Users know it by its name.
            throw .engine(.imageNotFound(image: name, nearest: nearest), stage: stage)
        }
    }

    /// Pushes. If the token expires during the push, gets a new one, logs in and pushes once more: the layers are
    /// there already.
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
            fresh = try await ports.backend.registryAccess(renewing: access)
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
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

    /// Tags the image with its reference, again if it was tagged before.
    func retag() async throws(PushError) {
        try await operation.engine(.tag) { () async throws(EngineError) in
            try await session.tag(image.id, as: reference)
        }
    }
}
