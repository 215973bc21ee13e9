extension PushOperation {
    /// Pushes, and answers with the digest that the registry recorded, and with the access that was valid
    /// at the end.
    ///
    /// A token that ran out on the way leads to one fresh token, one login and one more push, and a
    /// registry that could not take it just now to one more: the layers are there already. A push that
    /// failed, or was silent about its digest, may have arrived all the same, so the registry is asked
    /// before that is believed.
    func send(
        _ known: PushAuthenticated, _ session: any EngineSession, _ access: RegistryAccess
    ) async throws(PushError) -> (Digest, RegistryAccess) {
        var access = access
        do throws(PushError) {
            if let digest = try await pushPatiently(known.reference, session, &access) {
                return (digest, access)
            }
        } catch {
            guard error != .cancelled, let digest = await arrived(known, access) else {
                throw error
            }
            return (digest, access)
        }
        guard let digest = await arrived(known, access) else {
            throw .noDigest(reference: known.reference.description)
        }
        return (digest, access)
    }

    /// Pushes, and once more after each of the two failures that pass.
    private func pushPatiently(
        _ reference: ImageReference, _ session: any EngineSession, _ access: inout RegistryAccess
    ) async throws(PushError) -> Digest? {
        var mayRenew = true
        var mayRepeat = true
        while true {
            do throws(PushError) {
                return try await pushOnce(reference, session)
            } catch .engine(.denied, stage: .push) where mayRenew {
                mayRenew = false
                access = try await renew(access, session)
            } catch .engine(.busy, stage: .push) where mayRepeat {
                mayRepeat = false
                try await pause(reference)
            } catch {
                throw error
            }
        }
    }

    private func renew(
        _ access: RegistryAccess, _ session: any EngineSession
    ) async throws(PushError) -> RegistryAccess {
        say(.renewing(registry: access.registry))
        let fresh: RegistryAccess
        do {
            fresh = try await ports.backend.registryAccess()
        } catch {
            throw Task.isCancelled ? .cancelled : .backend(error)
        }
        try await engine(.login) { () async throws(EngineError) in
            try await session.login(handle: fresh.handle, password: fresh.password)
        }
        return fresh
    }

    /// Waits half a second to a second and a half, so that pushes that failed together do not come back
    /// together.
    private func pause(_ reference: ImageReference) async throws(PushError) {
        say(.repeating(registry: reference.registry))
        let jitter = Int64(ports.surroundings.random().0 % 1_000)
        do {
            try await Task.sleep(for: .milliseconds(500 + jitter))
        } catch {
            throw .cancelled
        }
    }

    private func pushOnce(
        _ reference: ImageReference, _ session: any EngineSession
    ) async throws(PushError) -> Digest? {
        say(.pushing(reference))
        return try await engine(.push) { () async throws(EngineError) in
            try await session.push(reference) { say(.engine($0)) }
        }
    }

    /// The digest under the tag, if that manifest is made of the local image.
    private func arrived(_ known: PushAuthenticated, _ access: RegistryAccess) async -> Digest? {
        say(.askingRegistry(known.reference))
        let answer = await result { () async throws(RegistryError) in
            try await ports.registry.manifest(taggedAs: known.reference, access: access)
        }
        guard case .success(let manifest?) = answer, manifest.isImage(withID: known.image.id)
        else { return nil }
        return manifest.digest
    }
}
