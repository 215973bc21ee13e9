// Records what the registry holds: an image that is kept, and the confirmation of one that was pushed.

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
        operation.reportWarnings(of: await entry.append([.authenticated(known), .pushed(pushed)]))
        operation.report(.kept(reference, manifest.digest))
        return manifest.digest
    }

    /// The pauses before a tag that does not show the push yet is queried again.
    private static let tagPauses: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1),
    ]
    private static let tagInspectionTimeout = Duration.seconds(5)

    /// Queries the registry for the manifest by its digest: by tag, it could return another user's push. At the
    /// same time, queries what the tag holds now.
    ///
    /// - Returns: `false` where the registry holds another image under the digest, which is not recorded.
    func confirm(_ digest: Digest, after before: TagBefore) async throws(PushError) -> Bool {
        async let shown = tagAfterPush(digest, before)
        do throws(RegistryError) {
            let response = try await manifest(digest)
            switch await compared(response) {
            case .same: break
            case .different: return false
            case .unknown: operation.report(.warning(.notCompared(reference, digest)))
            }
            operation.reportWarnings(of: await entry.append([.verified(PushVerified(response))]))
            if let other = await shown {
                operation.report(.warning(.tagOverwritten(reference, pushed: digest, held: other)))
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
    /// Registries may show the tag late: while it is missing or unchanged, it is queried again.
    private func tagAfterPush(_ digest: Digest, _ before: TagBefore) async -> Digest? {
        let registry = ports.registry
        let (reference, access) = (reference, access)
        let pauses = operation.pauses.isEmpty ? [] : Self.tagPauses
        let found = try? await withTimeLimit(Self.tagInspectionTimeout) {
            () async throws -> Digest? in
            var pauses = pauses[...]
            while true {
                let held = try await registry.manifest(taggedAs: reference, access: access)?.digest
                let isLate = held == nil || before == .registry(held)
                guard held != digest, isLate, let pause = pauses.popFirst() else { return held }
                try await Task.sleep(for: pause)
            }
        }
        // Where the registry shows no tag, nobody else has moved it.
        guard let held = found ?? nil, held != digest else { return nil }
        return held
    }

    /// Compares the manifest with the image. Where that is inconclusive, inspects the reference in the engine: if
    /// its name belongs to another image by now, the engine has pushed that one.
    private func compared(_ manifest: ManifestDescriptor) async -> ImageComparison {
        let comparison = manifest.compared(with: image.id, in: image.store)
        guard comparison == .unknown,
            let named = try? await ports.engine.inspect(reference.description)
        else { return comparison }
        return named.image.id == image.id ? .unknown : .different
    }

    /// Warns why the engine failed although the image has arrived.
    mutating func warn(of failure: PushError) {
        guard case .engine(let error, _) = failure else { return }
        isUnsigned = session.signs
        operation.report(.warning(.engineFailed(reference, error, isUnsigned: isUnsigned)))
    }

    /// Whether the registry holds that digest, which the engine reported as pushed.
    func isThere(_ digest: Digest) async -> Bool {
        operation.report(.queryingRegistry(reference))
        do throws(RegistryError) {
            _ = try await manifest(digest)
            return true
        } catch {
            // The caller reports the engine's failure instead.
            return false
        }
    }

    /// The manifest with that digest, requested again while the registry does not show it.
    private func manifest(_ digest: Digest) async throws(RegistryError) -> ManifestDescriptor {
        var pauses = operation.pauses[...]
        let start = ports.system.now().milliseconds
        while true {
            let response = try await ports.registry.manifest(digest, of: reference, access: access)
            if let response { return response }
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
