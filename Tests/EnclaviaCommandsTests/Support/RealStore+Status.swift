import EnclaviaCore
import EnclaviaSystem

/// Nobody is logged in.
struct NoAccounts: Accounts {
    func account() throws(BackendError) -> Account? { nil }
    func login(
        _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
    ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
    func logout() async throws(BackendError) -> Account? { nil }
}

extension RealStore {
    /// Runs `status`, where nobody is logged in.
    ///
    /// - Parameter width: of the terminal; `nil` for a pipe.
    func status(_ words: String..., width: Int? = nil) async -> CommandLineRun.Outcome {
        await status(words, width: width)
    }

    func status(_ words: [String], width: Int? = nil) async -> CommandLineRun.Outcome {
        var line = commandLine
        line.adapters.givenAccounts = NoAccounts()
        if let width { line.out = CommandLineRun.terminal(width) }
        let outcome = await line.run(["status"] + words)
        withExtendedLifetime(self) {}
        return outcome
    }
}
