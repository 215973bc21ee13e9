import EnclaviaCore

/// Which account and backend this command uses, according to the environment.
package struct ServiceSettings: Sendable {
    /// The backend of credentials that do not contain one.
    package static let defaultBackend = "https://api.beta.enclavia.io"

    /// The directory of `credentials.json`: `$XDG_CONFIG_HOME/enclavia`.
    package let configDirectory: String
    /// `ENCLAVIA_BACKEND_URL`; `nil` where it is unset or empty.
    package let backendURL: String?
    /// `ENCLAVIA_TOKEN`; `nil` where it is unset or blank.
    private let token: Secret?

    /// Reports a credentials file that is used although others can read it.
    let readableFile: ReadableFileWarning

    package init(
        configDirectory: String, backendURL: String?, token: String?,
        readableFile: ReadableFileWarning = ReadableFileWarning { _ in }
    ) {
        self.readableFile = readableFile
        self.configDirectory = configDirectory
        self.backendURL = backendURL?.trimmed.nonEmpty
        self.token = token.flatMap { EnvironmentToken.trimmed($0).nonEmpty }.map { Secret($0) }
    }

    /// Whether `ENCLAVIA_TOKEN` is set, so that the credentials file is not used.
    var hasToken: Bool { token != nil }

    /// The token of `ENCLAVIA_TOKEN`; `nil` where that is unset or blank.
    ///
    /// - Throws: ``BackendError/configuration(subject:reason:)`` for an invalid token.
    func environmentToken() throws(BackendError) -> EnvironmentToken? {
        guard let token else { return nil }
        do throws(CredentialsFault) {
            return try EnvironmentToken(token.reveal())
        } catch {
            throw .configuration(subject: "ENCLAVIA_TOKEN", reason: error.reason)
        }
    }

    /// The backend to use: the variable, else the credentials' own, else the default.
    ///
    /// - Throws: ``BackendError/wrongBackend(credentials:asked:)`` where credentials of one backend would be
    ///   sent to another; ``BackendError/configuration(subject:reason:)`` for a URL that is malformed, or that
    ///   would send secrets unencrypted.
    func backend(of credentials: Credentials?) throws(BackendError) -> ServiceURL {
        let asked: ServiceURL? =
            if let backendURL { try Self.parse(backendURL) } else { nil }
        let own =
            if let token = try environmentToken() { token.backend } else { credentials?.backend }
        if let own, let asked, own != asked {
            throw .wrongBackend(credentials: own.description, asked: asked.description)
        }
        return try Self.confidential(asked ?? own, isAsked: asked != nil)
    }

    /// The backend to log in to: the variable, else the one in the file, else the default. The login replaces
    /// the file, so the two may differ.
    func loginBackend(replacing credentials: Credentials?) throws(BackendError) -> ServiceURL {
        guard let backendURL else {
            return try Self.confidential(credentials?.backend, isAsked: false)
        }
        return try Self.confidential(try Self.parse(backendURL), isAsked: true)
    }

    private static func confidential(
        _ given: ServiceURL?, isAsked: Bool
    ) throws(BackendError) -> ServiceURL {
        let backend = if let given { given } else { try parse(defaultBackend) }
        guard backend.isConfidential else {
            throw .configuration(
                subject: isAsked ? "ENCLAVIA_BACKEND_URL" : "backend_url",
                reason: "\(backend) would send the token in the clear: use https")
        }
        return backend
    }

    private static func parse(_ text: String) throws(BackendError) -> ServiceURL {
        do {
            return try ServiceURL(text)
        } catch {
            throw .configuration(subject: "ENCLAVIA_BACKEND_URL", reason: error.reason)
        }
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
