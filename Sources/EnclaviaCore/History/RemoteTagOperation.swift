/// What a tag points at in the registry now.
package enum RemoteTag: Sendable {
    case digest(Digest)
    case absent
    /// The tag is in another registry or namespace than the caller's.
    case notYours(RegistryAccess)
    case backendUnavailable(BackendError)
    case registryUnavailable(RegistryError)
}

/// Queries the registry for what a reference points at now.
package struct RemoteTagOperation: Sendable {
    private let backend: any Backend
    private let registry: any Registry

    package init(backend: any Backend, registry: any Registry) {
        self.backend = backend
        self.registry = registry
    }

    package func run(_ reference: ImageReference) async -> RemoteTag {
        let access: RegistryAccess
        do throws(BackendError) {
            access = try await backend.registryAccess()
        } catch {
            return .backendUnavailable(error)
        }
        guard reference.registry == access.registry, reference.owner == access.handle else {
            return .notYours(access)
        }
        do throws(RegistryError) {
            let manifest = try await registry.manifest(taggedAs: reference, access: access)
            return manifest.map { .digest($0.digest) } ?? .absent
        } catch {
            return .registryUnavailable(error)
        }
    }
}
