/// How to log in.
package struct LoginRequest: Hashable, Sendable {
    /// The port on 127.0.0.1 for the browser's redirect; `nil` for any free port.
    package let port: UInt16?
    /// How long to wait for the browser, in seconds.
    package let limitSeconds: Int

    package init(port: UInt16? = nil, limitSeconds: Int = 300) {
        self.port = port
        self.limitSeconds = limitSeconds
    }
}

/// What the user has to do to log in.
package struct LoginPrompt: Hashable, Sendable {
    /// The URL to open in a browser.
    package let url: String
    /// The port on 127.0.0.1 that waits for the browser's redirect.
    package let port: UInt16

    package init(url: String, port: UInt16) {
        self.url = url
        self.port = port
    }
}

/// A completed login, whose credentials are stored.
package struct CompletedLogin: Hashable, Sendable {
    package let account: Account
    /// Why the request for the handle failed; `nil` where it succeeded.
    package let handleError: BackendError?

    package init(account: Account, handleError: BackendError?) {
        self.account = account
        self.handleError = handleError
    }
}

/// What can go wrong in a login.
package enum LoginError: Error, Hashable, Sendable {
    /// The user, or the backend, denied the login (`error=access_denied`).
    case denied(backend: String, description: String?)
    /// The backend's response carries another error (RFC 6749, 4.1.2.1).
    case authorizationFailed(code: String, description: String?)
    /// Something else listens on that port.
    case portTaken(port: UInt16)
    /// No port could be opened to listen on.
    case listenerFailed(reason: String)
    /// No redirect arrived in time. `mismatchedResponses` counts the redirects with another `state` than the one sent:
    /// they belong to another login, or were forged.
    case timedOut(seconds: Int, mismatchedResponses: Int)
    /// The backend refused to exchange the code for a token.
    case exchangeFailed(status: Int, message: String)
    /// Ended by a signal.
    case cancelled
    /// An error that any call can have: no response, an invalid response, a file that cannot be written.
    case backend(BackendError)
}

/// Something that happened to the account on this machine.
package enum AccountEvent: Hashable, Sendable {
    case login(AccountEventData)
    case logout(AccountEventData)
}
