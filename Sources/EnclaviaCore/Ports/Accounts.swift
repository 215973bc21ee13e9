/// The caller's account: login, logout, and what this machine knows of it.
package protocol Accounts: Sendable {
    /// The account that the next call would use; `nil` where there are no credentials.
    ///
    /// - Throws: ``BackendError/configuration(subject:reason:)`` for a credentials file that is malformed
    ///   or unsafe; ``BackendError/wrongBackend(credentials:asked:)``.
    func account() throws(BackendError) -> Account?

    /// Logs in by a browser (OAuth 2.1 code grant, PKCE, loopback redirect) and stores the result.
    ///
    /// - Parameter prompt: called with the URL to open as soon as the redirect can be received. The login waits for
    ///   the redirect meanwhile.
    /// - Throws: ``LoginError``; the stored credentials are unchanged then.
    func login(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> CompletedLogin

    /// Deletes the file with the credentials.
    ///
    /// - Returns: the account that they belonged to; `nil` where there was no file.
    func logout() async throws(BackendError) -> Account?
}

/// The durable record of logins and logouts.
package protocol AccountJournal: Sendable {
    /// Puts the event into the history, and a copy of it into the event log.
    ///
    /// - Returns: problems that do not affect the record, such as with the event log.
    /// - Throws: ``StoreError`` where the history cannot be written.
    func append(_ event: AccountEvent) async throws(StoreError) -> [StoreWarning]
}

/// Shows pages to the person at this machine.
package protocol Browser: Sendable {
    /// Opens `url` in that person's browser, which keeps running after this program exits.
    ///
    /// - Returns: whether a browser was started; it may still fail to show the page.
    func open(_ url: String) async -> Bool
}
