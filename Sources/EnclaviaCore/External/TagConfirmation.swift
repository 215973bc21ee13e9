/// An image that the registry holds under its tag.
struct ConfirmedImage: Sendable {
    let image: RecordError.FoundImage
    let manifest: ManifestDescriptor
    /// The labels, or why they could not be read.
    let labels: Result<ImageLabels, RegistryError>
    /// When the registry was asked.
    let askedAt: Timestamp
}

/// Asks a registry whether it has images, and whether their tags hold them now.
struct TagConfirmation: Sendable {
    let registry: any Registry
    let access: RenewableAccess
    let system: any SystemEnvironment
    /// The pauses before the registry is asked again for what it does not show yet.
    let pauses: [Duration]
    let report: @Sendable (PushProgress) -> Void

    /// How many images are asked for at once.
    private static let atOnce = 8
    /// How often a tag is asked for again that holds something else than an image that the registry has; registries
    /// may show a tag late.
    private static let tagRepeats = 3

    fileprivate enum Answer: Sendable {
        case confirmed(ManifestDescriptor, Result<ImageLabels, RegistryError>)
        case absent
        /// Another digest is under the tag, or none; `isPart` where it is an index that lists the image.
        case notHeld(Digest?, isPart: Bool)
    }

    /// Asks for all of them, and again for those that the registry does not show yet.
    ///
    /// - Throws: ``RecordError`` unless all are confirmed.
    func confirm(
        _ images: [RecordError.FoundImage]
    ) async throws(RecordError) -> [ConfirmedImage] {
        var confirmed: [Int: ConfirmedImage] = [:]
        // How often a tag has held something else, by image.
        var misses: [Int: Int] = [:]
        var pauses = self.pauses[...]
        while true {
            let askedAt = system.now()
            var bad: [(index: Int, answer: Answer)] = []
            for (index, answer) in try await ask(
                images.indices.filter { confirmed[$0] == nil }, images)
            {
                if case .confirmed(let manifest, let labels) = answer {
                    confirmed[index] = ConfirmedImage(
                        image: images[index], manifest: manifest, labels: labels, askedAt: askedAt)
                    continue
                }
                if answer.isNotHeld { misses[index, default: 0] += 1 }
                bad.append((index, answer))
            }
            guard let first = bad.first else {
                return images.indices.compactMap { confirmed[$0] }
            }
            let settled = bad.first { misses[$0.index, default: 0] > Self.tagRepeats }
            guard settled == nil, let pause = pauses.popFirst() else {
                let (index, answer) = settled ?? first
                throw answer.error(images[index], others: bad.count - 1)
            }
            if pauses.count + 1 == self.pauses.count {
                let reference = images[first.index].reference
                report(first.answer.isNotHeld ? .tagElsewhere(reference) : .notShownYet(reference))
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw .cancelled
            }
        }
    }

    /// Asks once more whether the tag of an image holds it.
    ///
    /// - Throws: ``RecordError``.
    func again(_ known: ConfirmedImage) async throws(RecordError) -> ConfirmedImage {
        let (image, askedAt) = (known.image, system.now())
        let held = try await held(by: image.reference)
        guard held?.digest == image.digest else {
            throw Answer(held, of: image).error(image, others: 0)
        }
        return ConfirmedImage(
            image: image, manifest: known.manifest, labels: known.labels, askedAt: askedAt)
    }

    /// The answers about the images with these indices: one at first, since the others can use its authorization.
    private func ask(
        _ indices: [Int], _ images: [RecordError.FoundImage]
    ) async throws(RecordError) -> [(Int, Answer)] {
        var answers: [(Int, Answer)] = []
        var failure: RecordError?
        await inOrder(
            indices,
            limit: {
                failure != nil || Task.isCancelled ? 0 : answers.isEmpty ? 1 : Self.atOnce
            }
        ) { index in
            await result { () async throws(RecordError) in try await answer(images[index]) }
        } receive: { index, answer in
            switch answer {
            case .success(let answer): answers.append((index, answer))
            case .failure(let error): failure = failure ?? error
            case nil: break
            }
        }
        guard !Task.isCancelled else { throw .cancelled }
        if let failure { throw failure }
        return answers
    }

    private func answer(_ image: RecordError.FoundImage) async throws(RecordError) -> Answer {
        async let known = result { () async throws(RecordError) in
            try await access.request { access throws(RegistryError) in
                try await registry.manifest(image.digest, of: image.reference, access: access)
            }
        }
        async let tagged = result { () async throws(RecordError) in
            try await self.held(by: image.reference)
        }
        let (manifest, held) = (try await known.get(), try await tagged.get())
        if let held, held.digest == image.digest {
            return .confirmed(held, await labels(of: held, in: image.reference))
        }
        guard manifest != nil else { return .absent }
        return Answer(held, of: image)
    }

    private func held(
        by reference: ImageReference
    ) async throws(RecordError) -> ManifestDescriptor? {
        try await access.request { access throws(RegistryError) in
            try await registry.manifest(taggedAs: reference, access: access)
        }
    }

    private func labels(
        of held: ManifestDescriptor, in reference: ImageReference
    ) async -> Result<ImageLabels, RegistryError> {
        do throws(RecordError) {
            return .success(
                try await access.request { access throws(RegistryError) in
                    try await registry.labels(of: held, in: reference, access: access)
                })
        } catch .registry(let error) {
            return .failure(error)
        } catch .cancelled {
            return .failure(.cancelled)
        } catch {
            // No new password could be had.
            return .failure(.denied(registry: reference.registry, status: 401))
        }
    }
}

extension TagConfirmation.Answer {
    /// Of a tag that holds something else than `image`.
    fileprivate init(_ held: ManifestDescriptor?, of image: RecordError.FoundImage) {
        self = .notHeld(held?.digest, isPart: held?.children.contains(image.digest) ?? false)
    }

    fileprivate var isNotHeld: Bool {
        if case .notHeld = self { true } else { false }
    }

    fileprivate func error(_ image: RecordError.FoundImage, others: Int) -> RecordError {
        switch self {
        case .notHeld(let held, let isPart):
            .notHeld(image, held: held, isPart: isPart, others: others)
        case .absent, .confirmed: .absent(image, others: others)
        }
    }
}
