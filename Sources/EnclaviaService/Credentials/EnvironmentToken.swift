import EnclaviaCore

/// The value of `ENCLAVIA_TOKEN`: a token, or the content of a credentials file without a refresh token,
/// which users copy into the settings of a CI service.
struct EnvironmentToken: Sendable {
    let access: Secret
    /// The backend that the token belongs to; `nil` where the variable does not contain one.
    let backend: ServiceURL?
    let handle: String?

    /// - Parameter text: the variable's value.
    /// - Throws: why the value is invalid, as a phrase that follows the variable's name and does not show the
    ///   value.
    init(_ text: String) throws(CredentialsFault) {
        let text = Self.trimmed(text)
        if text.hasPrefix("{") {
            let credentials = try Self.credentials(text)
            access = credentials.access
            backend = credentials.backend
            handle = credentials.handle
            return
        }
        if let fault = Self.fault(text) { throw CredentialsFault(reason: fault) }
        guard let secret = Secret(headerText: text) else {
            throw CredentialsFault(reason: "is longer than 64 KiB")
        }
        access = secret
        backend = nil
        handle = nil
    }

    /// `text` without a byte order mark and without white space at its ends, which files and settings may add.
    static func trimmed(_ text: String) -> String {
        let text = text.trimmed
        return text.hasPrefix("\u{FEFF}")
            ? String(text.unicodeScalars.dropFirst()).trimmed : text
    }

    private static func credentials(_ text: String) throws(CredentialsFault) -> Credentials {
        let credentials: Credentials
        do throws(CredentialsFault) {
            credentials = try Credentials(json: Array(text.utf8))
        } catch {
            throw CredentialsFault(
                reason: "contains a credentials file, which \(error.reason)")
        }
        guard credentials.refresh == nil else {
            throw CredentialsFault(
                reason:
                    "contains credentials that change with each use, which a variable cannot store:"
                    + " set it to a long-lived token, or unset it and put them in credentials.json")
        }
        return credentials
    }

    private static func fault(_ text: String) -> String? {
        if text.lowercased().hasPrefix("bearer ") {
            return "begins with `Bearer`: set it to the token alone"
        }
        for scalar in text.unicodeScalars {
            if !scalar.isASCII { return "contains a character that is not ASCII" }
            switch scalar {
            case " ", "\t", "\r", "\n": return "contains white space"
            case "{", "}", "\"", "'":
                return "contains braces or quotation marks: set it to the token alone"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                return "contains a control character"
            default: break
            }
        }
        return nil
    }
}
