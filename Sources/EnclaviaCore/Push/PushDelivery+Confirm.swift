// What the registry holds, on record: an image that is kept, and the registry's word on one that was pushed.

extension PushDelivery {
    /// Records a push of what the registry holds, under its own digest and with its own labels.
    func keep(_ manifest: ManifestDescriptor) async throws(PushError) -> Digest {
        var labels = ImageLabels.none
        do {
            labels = try await ports.registry.labels(of: manifest, in: reference, access: access)
        } catch {
            guard !Task.isCancelled else { throw .cancelled }
            operation.report(.warning(.labelsUnknown(reference, error)))
        }
        var context = image.known.context
        (context.gitCommit, context.gitBranch, context.gitDirty) = (nil, nil, nil)
        let known = PushAuthenticated(
            reference: reference, source: .registry(manifest.digest, labels),
            engine: image.known.engine, context: context)
        let pushed = PushedManifest(
            digest: manifest.digest, mediaType: manifest.mediaType, isVerified: true,
            tagChange: .unchanged, tagChangeSource: .registry, previousDigest: manifest.digest,
            sizeBytes: manifest.sizeBytes, pushedAt: ports.system.now())
        operation.tell(await entry.append([.authenticated(known), .pushed(pushed)]))
        operation.report(.kept(reference, manifest.digest))
        return manifest.digest
    }

    /// For how long another look is taken at a tag that does not show the push yet.
    private static let tagPauses: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1),
    ]
    private static let longestTagLook = Duration.seconds(5)

    /// Asks the registry for the digest by digest: by tag, somebody else's push could answer. Beside that it
    /// is asked what the tag holds now.
    ///
    /// - Returns: `false` where the registry holds another image under the digest, which is not recorded.
    func confirm(_ digest: Digest, after before: TagBefore) async throws(PushError) -> Bool {
        async let shown = tagAfterPush(digest, before)
        do throws(RegistryError) {
            let answer = try await manifest(digest)
            switch await compared(answer) {
            case .same: break
            case .different: return false
            case .unknown: operation.report(.warning(.notCompared(reference, digest)))
            }
            operation.tell(await entry.append([.verified(PushVerified(answer))]))
            if let other = await shown {
                operation.report(.warning(.tagTaken(reference, pushed: digest, held: other)))
            }
        } catch .digestMismatch(_, let actual) {
            throw .contradicted(
                reference: reference.description, digest: digest, actual: actual)
        } catch {
            operation.report(.warning(.unverified(reference, error)))
        }
        return true
    }

    /// The digest that the tag holds after the push, where it is another one than `digest`.
    ///
    /// Registries may show the tag late: what it held before the push is asked for again.
    private func tagAfterPush(_ digest: Digest, _ before: TagBefore) async -> Digest? {
        let registry = ports.registry
        let (reference, access) = (reference, access)
        let pauses = operation.pauses.isEmpty ? [] : Self.tagPauses
        let found = try? await withTimeLimit(Self.longestTagLook) { () async throws -> Digest? in
            var pauses = pauses[...]
            while true {
                let held = try await registry.manifest(taggedAs: reference, access: access)?.digest
                let isLate = held == nil || before == .registry(held)
                guard held != digest, isLate, let pause = pauses.popFirst() else { return held }
                try await Task.sleep(for: pause)
            }
        }
        // A tag that is not shown is one that nobody has moved.
        guard let held = found ?? nil, held != digest else { return nil }
        return held
    }

    /// Where the manifest does not tell, the engine may: by now it may have given the name to another image,
    /// which is what it has pushed then.
    private func compared(_ manifest: ManifestDescriptor) async -> ImageComparison {
        let comparison = manifest.compared(with: image.id, in: image.store)
        guard comparison == .unknown,
            let named = try? await ports.engine.inspect(reference.description)
        else { return comparison }
        return named.image.id == image.id ? .unknown : .different
    }

    /// Says why the engine failed to do all that it was asked to, though the image has arrived.
    mutating func warn(of failure: PushError) {
        guard case .engine(let error, _) = failure else { return }
        isUnsigned = session.signs
        operation.report(.warning(.engineFailed(reference, error, isUnsigned: isUnsigned)))
    }

    /// Whether the registry holds that digest, of which the engine says that it has pushed it.
    func isThere(_ digest: Digest) async -> Bool {
        operation.report(.askingRegistry(reference))
        do throws(RegistryError) {
            _ = try await manifest(digest)
            return true
        } catch {
            // That the engine failed is told in its place.
            return false
        }
    }

    /// The manifest with that digest, asked for again while the registry does not show it.
    private func manifest(_ digest: Digest) async throws(RegistryError) -> ManifestDescriptor {
        var pauses = operation.pauses[...]
        let start = ports.system.now().milliseconds
        while true {
            let answer = try await ports.registry.manifest(digest, of: reference, access: access)
            if let answer { return answer }
            let asked = ports.system.now().milliseconds - start
            guard asked < PushOperation.askingMilliseconds, let pause = pauses.popFirst() else {
                throw .missing(registry: reference.registry, digest: digest)
            }
            if pauses.count == operation.pauses.count - 1 {
                operation.report(.notShownYet(reference))
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw .cancelled
            }
        }
    }
}
