extension PushOperation {
    /// Pushes, and answers with the digest that the registry recorded.
    ///
    /// A token that ran out on the way leads to one fresh token, one login and one more push: the
    /// layers are there already. A push that failed, or was silent about its digest, may have
    /// arrived all the same, so the registry is asked before that is believed.
    func send(
        _ reference: ImageReference, _ inspection: EngineInspection,
        _ session: any EngineSession, _ access: RegistryAccess
    ) async throws(PushError) -> Digest {
        let pushed = await result { () async throws(PushError) in
            try await pushOnceOrTwice(reference, session, access)
        }
        switch pushed {
        case .success(let digest?):
            return digest
        case .success(nil):
            guard let digest = await arrived(reference, inspection, access) else {
                throw .noDigest(reference: reference.description)
            }
            return digest
        case .failure(.cancelled):
            throw .cancelled
        case .failure(let error):
            guard let digest = await arrived(reference, inspection, access) else { throw error }
            return digest
        }
    }

    private func pushOnceOrTwice(
        _ reference: ImageReference, _ session: any EngineSession, _ access: RegistryAccess
    ) async throws(PushError) -> Digest? {
        do throws(PushError) {
            return try await pushOnce(reference, session)
        } catch .engine(.denied, stage: .push) {
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
            return try await pushOnce(reference, session)
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
    private func arrived(
        _ reference: ImageReference, _ inspection: EngineInspection, _ access: RegistryAccess
    ) async -> Digest? {
        say(.askingRegistry(reference))
        let answer = await result { () async throws(RegistryError) in
            try await ports.registry.manifest(taggedAs: reference, access: access)
        }
        guard case .success(let manifest?) = answer, manifest.isImage(withID: inspection.image.id)
        else { return nil }
        return manifest.digest
    }
}
