/// Logs in and out, and records it in the history.
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

    /// - Parameter prompt: called with the URL to open; the login waits for the redirect meanwhile.
    package func logIn(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> (login: CompletedLogin, recording: RecordingResult) {
        let login = try await accounts.login(request, prompt: prompt)
        return (login, await record(.login(eventData(login.account))))
    }

    /// - Returns: the account whose credentials were deleted; `nil` where there were none, and nothing is recorded.
    package func logOut() async throws(BackendError) -> (
        account: Account, recording: RecordingResult
    )? {
        guard let account = try await accounts.logout() else { return nil }
        return (account, await record(.logout(eventData(account))))
    }

    private func eventData(_ account: Account) -> AccountEventData {
        AccountEventData(backend: account.backend, handle: account.handle, host: host)
    }

    /// A login or logout stands even if it cannot be recorded, so the error is returned, not thrown.
    private func record(_ event: AccountEvent) async -> RecordingResult {
        do throws(StoreError) {
            return RecordingResult(
                warnings: try await journal.append(event), error: nil)
        } catch {
            return RecordingResult(warnings: [], error: error)
        }
    }
}

/// Whether a login or a logout was recorded.
package struct RecordingResult: Hashable, Sendable {
    package let warnings: [StoreWarning]
    /// Why it was not recorded; `nil` where it was.
    package let error: StoreError?
}
