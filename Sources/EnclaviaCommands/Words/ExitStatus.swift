/// The exit codes of this program, after `sysexits.h`.
package enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    case done = 0
    /// A negative answer: nothing found, something to attend to, a difference, a failed build, a tag policy
    /// that forbids a push.
    case negative = 1
    case usage = 64
    /// A file to import is malformed, or the store is corrupt.
    case data = 65
    case imageNotFound = 66
    case unavailable = 69
    /// Anything unforeseen: a bug.
    case bug = 70
    /// The push is done but could be recorded nowhere.
    case unrecorded = 73
    /// The store, or what a command was asked to write, could not be read or written.
    case store = 74
    /// Pushed and recorded, not notified, and `--require-notify` was given.
    case notNotified = 75
    case protocolViolation = 76
    case notLoggedIn = 77
    case configuration = 78
    case hangup = 129
    case interrupted = 130
    case quit = 131
    case terminated = 143
}

/// The kinds of failure that `--json` names; each has one exit code.
package enum ErrorKind: String, Hashable, Sendable, Codable, CaseIterable {
    case notFound = "not_found"
    case buildFailed = "build_failed"
    case nonUpgradable = "non_upgradable"
    case tagExists = "tag_exists"
    case tagNewer = "tag_newer"
    case orderUnknown = "order_unknown"
    case usage
    case data
    case imageNotFound = "image_not_found"
    case engineUnavailable = "engine_unavailable"
    case registryUnavailable = "registry_unavailable"
    case backendUnavailable = "backend_unavailable"
    case refused
    case conflict
    case error
    case store
    /// Standard output, or a file to write the result to, is closed or full.
    case output
    case protocolViolation = "protocol"
    case digestMismatch = "digest_mismatch"
    case imageMismatch = "image_mismatch"
    case notLoggedIn = "not_logged_in"
    case unauthorized
    case config
    case cancelled

    /// The exit code of the kind; a cancellation's is that of its signal, here SIGINT's.
    package var exitStatus: ExitStatus {
        switch self {
        case .notFound, .buildFailed, .nonUpgradable, .tagExists, .tagNewer, .orderUnknown:
            .negative
        case .usage: .usage
        case .data: .data
        case .imageNotFound: .imageNotFound
        case .engineUnavailable, .registryUnavailable, .backendUnavailable, .refused, .conflict:
            .unavailable
        case .error: .bug
        case .store, .output: .store
        case .protocolViolation, .digestMismatch, .imageMismatch: .protocolViolation
        case .notLoggedIn, .unauthorized: .notLoggedIn
        case .config: .configuration
        case .cancelled: .interrupted
        }
    }

    /// Whether the same command may succeed at another time with nothing changed.
    package var isRetryable: Bool {
        switch self {
        case .engineUnavailable, .registryUnavailable, .backendUnavailable, .store,
            .output, .imageMismatch:
            true
        default: false
        }
    }
}
