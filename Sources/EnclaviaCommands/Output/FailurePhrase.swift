import EnclaviaCore

extension PushFailure {
    /// Why the push failed, in the few words that a table has room for: `no local image "mapp"`.
    ///
    /// For a kind that is too general, or that a newer version wrote, it is the message up to its first colon.
    /// Text from outside is not escaped.
    ///
    /// - Parameter localImage: the image that was to be pushed, as it was typed.
    package func phrase(localImage: String) -> String {
        switch ErrorKind(rawValue: kind) {
        case .imageNotFound: "no local image \"\(localImage)\""
        case .notLoggedIn: "not logged in"
        case .unauthorized: "credentials refused"
        case .engineUnavailable:
            stage == .authenticate || stage == .inspect ? "engine unavailable" : "engine failed"
        case .registryUnavailable: status.map { "registry: \($0)" } ?? "registry unavailable"
        case .backendUnavailable: status.map { "backend: \($0)" } ?? "backend unavailable"
        case .refused, .conflict:
            stage == .authenticate ? "refused by backend" : "refused by registry"
        case .tagExists: "tag exists"
        case .tagNewer: "tag is newer"
        case .orderUnknown: "commit order unknown"
        case .protocolViolation: "invalid response"
        case .digestMismatch: "digest mismatch"
        case .imageMismatch: "another image pushed"
        case .notFound: "not in registry"
        case .nonUpgradable: "not upgradable"
        // The clause may be the name of a file alone.
        case .config: clause.hasPrefix("/") ? "bad configuration" : clause
        case .usage, .error, .data, .store, .output, .buildFailed, .cancelled,
            .fileNotFound, .fileUnreadable, .programUnavailable, .remoteUnavailable, nil:
            clause
        }
    }

    /// The message up to its first colon that ends a clause.
    private var clause: String {
        message.firstRange(of: ": ").map { String(message[..<$0.lowerBound]) } ?? message
    }

    /// `HTTP 503` of a message that has it.
    private var status: String? {
        guard let found = message.firstRange(of: "HTTP ") else { return nil }
        let digits = message[found.upperBound...].prefix { $0.isASCII && $0.isNumber }
        return digits.count == 3 ? "HTTP \(digits)" : nil
    }
}
