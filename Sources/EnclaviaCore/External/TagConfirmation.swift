/// An image that the registry holds under its tag.
struct ConfirmedImage: Sendable {
    let image: RecordError.FoundImage
    let manifest: ManifestDescriptor
    let labels: Result<ImageLabels, RegistryError>
    /// When the registry was asked.
    let askedAt: Timestamp
}

/// Asks a registry whether it has images, and whether their tags hold them now.
struct TagConfirmation: Sendable {
    let registry: any Registry
    let access: RegistryAccess
    let system: any SystemEnvironment
    /// The pauses before the registry is asked again for what it does not show yet.
    let pauses: [Duration]
    let report: @Sendable (PushProgress) -> Void

    /// How many images are asked for at once.
    private static let atOnce = 8
    /// How often a tag is asked for again that holds something else; registries may show a tag late.
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
        var pauses = self.pauses[...]
        var repeats = 0
        while true {
            let askedAt = system.now()
            var bad: [(image: RecordError.FoundImage, answer: Answer)] = []
            for (index, answer) in try await ask(
                images.indices.filter { confirmed[$0] == nil }, images)
            {
                if case .confirmed(let manifest, let labels) = answer {
                    confirmed[index] = ConfirmedImage(
                        image: images[index], manifest: manifest, labels: labels, askedAt: askedAt)
                } else {
                    bad.append((images[index], answer))
                }
            }
            guard let first = bad.first else {
                return images.indices.compactMap { confirmed[$0] }
            }
            let settled = bad.first { $0.answer.isNotHeld && repeats >= Self.tagRepeats }
            guard settled == nil, let pause = pauses.popFirst() else {
                let (image, answer) = settled ?? first
                throw answer.error(image, others: bad.count - 1)
            }
            if repeats == 0 { report(.notShownYet(first.image.reference)) }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw .cancelled
            }
            repeats += 1
        }
    }

    /// The answers about the images with these indices: one at first, since the others can use its authorization.
    private func ask(
        _ indices: [Int], _ images: [RecordError.FoundImage]
    ) async throws(RecordError) -> [(Int, Answer)] {
        var answers: [(Int, Answer)] = []
        var failure: RegistryError?
        await inOrder(
            indices,
            limit: {
                failure != nil || Task.isCancelled ? 0 : answers.isEmpty ? 1 : Self.atOnce
            }
        ) { index in
            await result { () async throws(RegistryError) in try await answer(images[index]) }
        } receive: { index, answer in
            switch answer {
            case .success(let answer): answers.append((index, answer))
            case .failure(let error): failure = failure ?? error
            case nil: break
            }
        }
        guard !Task.isCancelled else { throw .cancelled }
        if let failure { throw .registry(failure) }
        return answers
    }

    private func answer(
        _ image: RecordError.FoundImage
    ) async throws(RegistryError) -> Answer {
        async let known = result { () async throws(RegistryError) in
            try await registry.manifest(image.digest, of: image.reference, access: access)
        }
        async let tagged = result { () async throws(RegistryError) in
            try await registry.manifest(taggedAs: image.reference, access: access)
        }
        let (manifest, held) = (try await known.get(), try await tagged.get())
        if let held, held.digest == image.digest {
            let labels = await result { () async throws(RegistryError) in
                try await registry.labels(of: held, in: image.reference, access: access)
            }
            return .confirmed(held, labels)
        }
        guard manifest != nil else { return .absent }
        return .notHeld(held?.digest, isPart: held?.children.contains(image.digest) ?? false)
    }
}

extension TagConfirmation.Answer {
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
