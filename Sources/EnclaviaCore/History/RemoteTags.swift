/// What tags point at in the registry now.
package struct RemoteTags: Sendable {
    /// The number of queries that the registry gets at once.
    package static let queriesAtOnce = 8

    /// What one tag points at.
    enum Digest: Equatable {
        /// It is in another namespace, or the registry cannot be queried.
        case notAsked
        /// The registry has no such tag.
        case absent
        case digest(EnclaviaCore.Digest)

        var value: EnclaviaCore.Digest? {
            if case .digest(let digest) = self { digest } else { nil }
        }
    }

    private let registry: (any Registry)?
    private let access: RegistryAccess?

    /// - Parameter access: `nil` where the backend gave none; then nothing is queried.
    init(_ registry: (any Registry)?, _ access: RegistryAccess?) {
        self.registry = registry
        self.access = access
    }

    /// Queries the tags of `pushes`, and stops once the registry is unavailable: each further query would cost its
    /// timeout. So one is sent at a time until the registry has answered.
    ///
    /// - Returns: what is known of each, and the first error.
    func digests(of pushes: [PushRecord]) async -> ([Digest], RegistryError?) {
        var digests: [Digest] = []
        var failure: RegistryError?
        var (hasAnswered, isUnavailable) = (false, false)
        await inOrder(
            pushes, limit: { isUnavailable ? 0 : hasAnswered ? Self.queriesAtOnce : 1 },
            { push in await digest(of: push) },
            receive: { _, result in
                switch result {
                case .failure(let error)?:
                    failure = failure ?? error
                    isUnavailable = isUnavailable || error.isUnavailable
                    hasAnswered = hasAnswered || !error.isUnavailable
                    digests.append(.notAsked)
                case .success(let digest)?:
                    hasAnswered = hasAnswered || digest != .notAsked
                    digests.append(digest)
                case nil: digests.append(.notAsked)
                }
            })
        return (digests, failure)
    }

    private func digest(of push: PushRecord) async -> Result<Digest, RegistryError> {
        guard let registry, let access, let reference = push.reference,
            reference.registry == access.registry, reference.owner == access.handle
        else { return .success(.notAsked) }
        do throws(RegistryError) {
            let manifest = try await registry.manifest(taggedAs: reference, access: access)
            return .success(manifest.map { .digest($0.digest) } ?? .absent)
        } catch {
            return .failure(error)
        }
    }
}
