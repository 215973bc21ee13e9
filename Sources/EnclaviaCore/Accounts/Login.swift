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
package struct LoginPrompt: Hashable, Sendable {
    /// The URL to open in a browser.
    package let url: String
    /// The port on 127.0.0.1 where the browser's answer is awaited.
    package let port: UInt16

    package init(url: String, port: UInt16) {
        self.url = url
        self.port = port
    }
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

/// Something that happened to the account on this machine.
package enum AccountEvent: Hashable, Sendable {
    case login(AccountEventData)
    case logout(AccountEventData)
}
