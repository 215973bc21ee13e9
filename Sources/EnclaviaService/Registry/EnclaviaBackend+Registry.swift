import EnclaviaCore

extension EnclaviaBackend: RegistryCredentials {
    package func access(to server: String) async throws(BackendError) -> RegistryAccess? {
        guard let asked = RegistryServer(server) else { return nil }
        let known = try calls.tokens.knownRegistry().flatMap { RegistryServer($0) }
        if let known, known != asked { return nil }
        // The stored name may be outdated: what the backend says decides who gets the password.
        let access = try await currentAccess()
        return RegistryServer(access.registry) == asked ? access : nil
    }

    package func currentAccess() async throws(BackendError) -> RegistryAccess {
        let access = try await registryAccess()
        await calls.tokens.remember(access.registry)
        return access
    }
}
