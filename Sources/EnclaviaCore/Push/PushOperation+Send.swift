/// The image that a push is to bring to the registry.
struct PushedImage: Sendable {
    let known: PushAuthenticated
    let store: ImageStore

    /// The engine's id.
    var id: String { known.image.id }
}

extension PushOperation {
    /// Pushes, records the digest and has the registry confirm it. Where the engine pushed another image,
    /// because somebody gave it the same name in between, the image is tagged and pushed once more.
    ///
    /// - Parameter isStale: whether the login was long ago.
    /// - Throws: ``PushError/otherImage(reference:digest:image:)`` where that happens twice.
    func deliver(
        _ image: PushedImage, _ session: any EngineSession, _ access: RegistryAccess,
        isStale: Bool, in entry: any PushEntry
    ) async throws(PushError) -> Digest {
        let reference = image.known.reference
        var access = access
        if isStale {
            say(.loggingIn(registry: access.registry, handle: access.handle))
            access = try await renew(access, session)
        }
        var mayRepeat = true
        while true {
            let digest: Digest
            (digest, access) = try await send(image, session, access)
            await recordDigest(digest, in: entry)
            if try await verify(digest, image, access, in: entry) { return digest }
            guard mayRepeat else {
                throw .otherImage(
                    reference: reference.description, digest: digest, image: image.id)
            }
            mayRepeat = false
            say(.pushedOtherImage(reference, digest))
            // Recorded before the pause: a death in it must not leave that digest.
            try await tag(image, session, after: [], in: entry)
            try await pause()
            try await retag(image, session)
        }
    }

    /// Pushes, and answers with the digest that the registry recorded, and with the access that was valid
    /// at the end.
    ///
    /// A token that ran out on the way leads to one fresh token, one login and one more push, and a
    /// registry that could not take it just now to one more: the layers are there already. A push that
    /// failed, or was silent about its digest, may have arrived all the same, so the registry is asked
    /// before that is believed, unless it has refused the push: the image may be there from before.
    private func send(
        _ image: PushedImage, _ session: any EngineSession, _ access: RegistryAccess
    ) async throws(PushError) -> (Digest, RegistryAccess) {
        var access = access
        do throws(PushError) {
            if let digest = try await pushPatiently(image, session, &access) {
                return (digest, access)
            }
        } catch {
            guard error != .cancelled, !error.isRefusal, let digest = await arrived(image, access)
            else {
                throw error
            }
            return (digest, access)
        }
        guard let digest = await arrived(image, access) else {
            throw .noDigest(reference: image.known.reference.description)
        }
        return (digest, access)
    }

    /// Pushes, and once more after each of the two failures that pass.
    private func pushPatiently(
        _ image: PushedImage, _ session: any EngineSession, _ access: inout RegistryAccess
    ) async throws(PushError) -> Digest? {
        var mayRenew = true
        var mayRepeat = true
        while true {
            do throws(PushError) {
                return try await pushOnce(image, session)
            } catch .engine(.denied, stage: .push) where mayRenew {
                mayRenew = false
                say(.renewing(registry: access.registry))
                access = try await renew(access, session)
            } catch .engine(.busy, stage: .push) where mayRepeat {
                mayRepeat = false
                say(.repeating(registry: image.known.reference.registry))
                try await pause()
            } catch {
                throw error
            }
        }
    }

    private func renew(
        _ access: RegistryAccess, _ session: any EngineSession
    ) async throws(PushError) -> RegistryAccess {
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
                    detail: "another registry or handle in the middle of a push"))
        }
        try await engine(.login) { () async throws(EngineError) in
            try await session.login(handle: fresh.handle, password: fresh.password)
        }
        return fresh
    }

    /// Waits half a second to a second and a half, so that pushes that failed together do not come back
    /// together.
    private func pause() async throws(PushError) {
        let jitter = Int64(ports.surroundings.random().0 % 1_000)
        do {
            try await Task.sleep(for: .milliseconds(500 + jitter))
        } catch {
            throw .cancelled
        }
    }

    private func pushOnce(
        _ image: PushedImage, _ session: any EngineSession
    ) async throws(PushError) -> Digest? {
        let reference = image.known.reference
        say(.pushing(reference))
        return try await engine(.push) { () async throws(EngineError) in
            try await session.push(image.id, as: reference) { say(.engine($0)) }
        }
    }

    /// The digest under the tag, if that manifest is made of the local image.
    private func arrived(_ image: PushedImage, _ access: RegistryAccess) async -> Digest? {
        let reference = image.known.reference
        say(.askingRegistry(reference))
        let answer = await result { () async throws(RegistryError) in
            try await ports.registry.manifest(taggedAs: reference, access: access)
        }
        guard case .success(let manifest?) = answer,
            manifest.compared(with: image.id, in: image.store) == .same
        else { return nil }
        return manifest.digest
    }
}

extension PushError {
    /// Whether the registry itself has said no.
    fileprivate var isRefusal: Bool {
        switch self {
        case .engine(.denied, stage: .push), .engine(.rejected, stage: .push): true
        default: false
        }
    }
}
