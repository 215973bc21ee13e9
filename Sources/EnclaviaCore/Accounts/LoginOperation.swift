/// Logs in and puts that on record.
package struct LoginOperation: Sendable {
    private let accounts: any Accounts
    private let journal: any AccountJournal
    private let host: String?

    /// - Parameter host: this machine's name, for the record.
    package init(accounts: any Accounts, journal: any AccountJournal, host: String?) {
        self.accounts = accounts
        self.journal = journal
        self.host = host
    }

    /// - Parameter invite: told of the URL to open while the answer is awaited.
    package func logIn(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> (login: CompletedLogin, recording: RecordingResult) {
        let login = try await accounts.login(request, prompt: prompt)
        return (login, await record(.login(eventData(login.account))))
    }

    /// - Returns: whose credentials were forgotten; `nil` where there were none, and nothing is recorded.
    package func logOut() async throws(BackendError) -> (
        account: Account, recording: RecordingResult
    )? {
        guard let account = try await accounts.logout() else { return nil }
        return (account, await record(.logout(eventData(account))))
    }

    private func eventData(_ account: Account) -> AccountEventData {
        AccountEventData(backend: account.backend, handle: account.handle, host: host)
    }

    /// What is done is done, whether or not it could be put on record.
    private func record(_ event: AccountEvent) async -> RecordingResult {
        do throws(StoreError) {
            return RecordingResult(
                warnings: try await journal.append(event), error: nil)
        } catch {
            return RecordingResult(warnings: [], error: error)
        }
    }
}

/// What became of the record of a login or a logout.
package struct RecordingResult: Hashable, Sendable {
    package let warnings: [StoreWarning]
    /// Why it is not on record; `nil` where it is.
    package let error: StoreError?
}
