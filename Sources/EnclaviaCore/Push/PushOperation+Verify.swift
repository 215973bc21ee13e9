// From the engine's digest to the registry's word on it.

extension PushOperation {
    func recordDigest(_ digest: Digest, in entry: any PushEntry) async {
        let receipt = await entry.appendPushed(
            digest: digest, mediaType: nil, sizeBytes: nil, at: ports.surroundings.now())
        say(.digest(digest))
        tell(receipt)
    }

    func warnOfMove(
        to digest: Digest, _ reference: ImageReference, in entry: any PushEntry
    ) async {
        guard let manifest = await entry.record.state.manifest, manifest.tagChange == .moved,
            let previous = manifest.previousDigest
        else { return }
        say(.warning(.tagMoved(reference, from: previous, to: digest)))
    }

    /// Asks the registry for the digest by digest: by tag, somebody else's push could answer.
    ///
    /// - Returns: `false` where the registry holds another image under it, which is not recorded.
    func verify(
        _ digest: Digest, _ image: PushedImage, _ access: RegistryAccess, in entry: any PushEntry
    ) async throws(PushError) -> Bool {
        let reference = image.known.reference
        do throws(RegistryError) {
            let answer = try await manifest(digest, reference, access)
            switch await compared(answer, image) {
            case .same: break
            case .different: return false
            case .unknown: say(.warning(.notCompared(reference, digest)))
            }
            let step = PushVerified(mediaType: answer.mediaType, sizeBytes: answer.sizeBytes)
            tell(await entry.append([.verified(step)]))
        } catch .digestMismatch(_, let actual) {
            throw .contradicted(
                reference: reference.description, digest: digest,
                actual: actual)
        } catch {
            say(.warning(.unverified(reference, error)))
        }
        return true
    }

    /// Where the manifest does not tell, the engine may: by now it may have given the name to another image,
    /// which is what it has pushed then.
    private func compared(
        _ manifest: ManifestDescriptor, _ image: PushedImage
    ) async -> ImageComparison {
        let comparison = manifest.compared(with: image.id, in: image.store)
        guard comparison == .unknown,
            let named = try? await ports.engine.inspect(image.known.reference.description)
        else { return comparison }
        return named.image.id == image.id ? .unknown : .different
    }

    /// The manifest with that digest, asked for again while the registry does not show it.
    private func manifest(
        _ digest: Digest, _ reference: ImageReference, _ access: RegistryAccess
    ) async throws(RegistryError) -> ManifestDescriptor {
        var pauses = pauses[...]
        let start = ports.surroundings.now().milliseconds
        while true {
            let answer = try await ports.registry.manifest(digest, of: reference, access: access)
            if let answer { return answer }
            let asked = ports.surroundings.now().milliseconds - start
            guard asked < Self.askingMilliseconds, let pause = pauses.popFirst() else {
                throw .missing(registry: reference.registry, digest: digest)
            }
            if pauses.count == self.pauses.count - 1 { say(.notShownYet(reference)) }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw .cancelled
            }
        }
    }
}
