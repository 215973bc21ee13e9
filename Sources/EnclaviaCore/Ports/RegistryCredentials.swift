/// The credentials of the account's registry, for other programs that push: `docker-credential-enclavia` answers
/// with them.
package protocol RegistryCredentials: Sendable {
    /// The credentials for `server`, which is a host with or without a port, or a URL.
    ///
    /// Where the registry is stored with the credentials of a login, the backend is not asked about another server;
    /// else it is asked, and the registry stored.
    ///
    /// - Returns: `nil` where that server is not the account's registry.
    /// - Throws: ``BackendError``.
    func access(to server: String) async throws(BackendError) -> RegistryAccess?

    /// The credentials as the backend issues them now. The registry is stored with the credentials of a login, for
    /// ``access(to:)``, if their file can be replaced.
    ///
    /// - Throws: ``BackendError``.
    func currentAccess() async throws(BackendError) -> RegistryAccess
}
