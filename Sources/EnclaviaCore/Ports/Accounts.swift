/// The caller's account: login, logout, and what this machine knows of it.
package protocol Accounts: Sendable {
    /// The account that the next call would use; `nil` where there are no credentials.
    ///
    /// - Throws: ``BackendError/configuration(subject:reason:)`` for a credentials file that is malformed
    ///   or unsafe; ``BackendError/wrongBackend(credentials:asked:)``.
    func account() throws(BackendError) -> Account?

    /// Logs in by a browser (OAuth 2.1 code grant, PKCE, loopback redirect) and stores the result.
    ///
    /// - Parameter invite: told of the URL to open as soon as the answer can be received. Waiting for the
    ///   answer goes on beside it.
    /// - Throws: ``LoginError``; what was stored before is left alone then.
    func login(
        _ request: LoginRequest, invite: @escaping @Sendable (LoginInvitation) async -> Void
    ) async throws(LoginError) -> CompletedLogin

    /// Forgets the credentials in the file.
    ///
    /// - Returns: whose they were; `nil` where there was no file.
    func logout() async throws(BackendError) -> Account?
}

/// A login that is done and stored.
package struct CompletedLogin: Hashable, Sendable {
    package let account: Account
    /// Why the backend could not tell the handle; `nil` where it did.
    package let handleError: BackendError?

    package init(account: Account, handleError: BackendError?) {
        self.account = account
        self.handleError = handleError
    }
}

/// How to log in.
package struct LoginRequest: Hashable, Sendable {
    /// The port on 127.0.0.1 for the browser's answer; `nil` for any that is free.
    package let port: UInt16?
    /// How long to wait for the browser, in seconds.
    package let limitSeconds: Int

    package init(port: UInt16? = nil, limitSeconds: Int = 300) {
        self.port = port
        self.limitSeconds = limitSeconds
    }
}

/// What a person has to do now.
package struct LoginInvitation: Hashable, Sendable {
    /// The URL to open in a browser.
    package let url: String
    /// The port on 127.0.0.1 where the browser's answer is awaited.
    package let port: UInt16

    package init(url: String, port: UInt16) {
        self.url = url
        self.port = port
    }
}

/// What can go wrong in a login.
package enum LoginError: Error, Hashable, Sendable {
    /// The person, or the backend, said no (`error=access_denied`).
    case denied(backend: String, description: String?)
    /// The backend's answer names another error (RFC 6749, 4.1.2.1).
    case authorizationFailed(code: String, description: String?)
    /// Something else listens on that port.
    case portTaken(port: UInt16)
    /// No port could be listened on.
    case listenerFailed(reason: String)
    /// Nobody answered in the browser. `foreignAnswers` counts those that carried another `state` than was
    /// sent: they belong to another login, or were forged.
    case timedOut(seconds: Int, foreignAnswers: Int)
    /// The code was refused when it was exchanged.
    case exchangeFailed(status: Int, message: String)
    /// Ended by a signal.
    case cancelled
    /// What goes wrong with any call: no answer, nonsense, a file that cannot be written.
    case backend(BackendError)
}

/// The backend's clock, held against this machine's.
package protocol ClockProbe: Sendable {
    /// How far the backend's clock is ahead of this machine's, in milliseconds, good to about a second
    /// (the resolution of HTTP's `Date`); `nil` where the backend does not tell the time.
    func clockOffset() async throws(BackendError) -> Int64?
}
