/// Queries the registry for recorded pushes, for as long as it is available.
struct RegistryQuery {
    /// The result of one query.
    enum Outcome {
        case response(ManifestDescriptor?)
        /// The push was made for another backend, registry or owner than the caller's.
        case notOurs
        /// The registry responded, but not with what was requested.
        case refusal(RegistryError)
        /// The backend or the registry is unavailable; ``RegistryQuery/problem`` says why.
        case unavailable
    }

    private let services: ReconcileOperation.Services
    private var opened: (backend: any Backend, registry: any Registry, access: RegistryAccess)?
    /// Why a service is unavailable; after that, none is queried again.
    private(set) var problem: ReconcileProblem?

    init(_ services: @escaping ReconcileOperation.Services) {
        self.services = services
    }

    mutating func ask(
        _ push: PushRecord,
        _ question: (any Registry, RegistryAccess) async throws(RegistryError)
            -> ManifestDescriptor?
    ) async -> Outcome {
        guard problem == nil, let opened = await open() else { return .unavailable }
        guard let reference = push.reference, push.backend == opened.backend.url,
            reference.registry == opened.access.registry, reference.owner == opened.access.handle
        else { return .notOurs }
        do throws(RegistryError) {
            return .response(try await question(opened.registry, opened.access))
        } catch {
            guard error.isUnavailable else { return .refusal(error) }
            problem = .registry(error)
            return .unavailable
        }
    }

    private mutating func open() async
        -> (backend: any Backend, registry: any Registry, access: RegistryAccess)?
    {
        if let opened { return opened }
        do throws(BackendError) {
            let (backend, registry) = try services()
            let access = try await backend.registryAccess()
            opened = (backend, registry, access)
        } catch {
            problem = .backend(error)
        }
        return opened
    }
}
