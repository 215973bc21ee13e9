import EnclaviaCore

/// An error as the user sees it: what `error: …` prints and what `--json` shows.
package struct UserError: Error, Hashable, Sendable {
    package var kind: ErrorKind
    /// Lower case, no full stop, naming the thing and the next step.
    package var message: String
    /// Further advice, as a separate sentence; `nil` where the message is enough.
    package var hint: String?
    package var stage: PushStage?
    package var pushID: PushID?
    /// The kind's exit code, unless another was given: a signal's, or 1 for a question answered with no.
    package var exitStatus: ExitStatus
    /// Whether the same command may succeed at another time with nothing changed.
    package var isRetryable: Bool

    /// - Parameters:
    ///   - exitStatus: replaces the kind's exit code.
    ///   - isRetryable: replaces the kind's default.
    package init(
        _ kind: ErrorKind, _ message: String, hint: String? = nil, stage: PushStage? = nil,
        pushID: PushID? = nil, exitStatus: ExitStatus? = nil, isRetryable: Bool? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.stage = stage
        self.pushID = pushID
        self.exitStatus = exitStatus ?? kind.exitStatus
        self.isRetryable = isRetryable ?? kind.isRetryable
    }

    func hinted(_ hint: String) -> UserError {
        var copy = self
        copy.hint = hint
        return copy
    }

    package func about(stage: PushStage?, pushID: PushID?) -> UserError {
        var copy = self
        copy.stage = stage
        copy.pushID = pushID
        return copy
    }
}

/// The exit codes of this program, after `sysexits.h`.
package enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    case done = 0
    /// A negative answer: nothing found, something to attend to, a difference, a failed build, a tag policy
    /// that forbids a push.
    case negative = 1
    case usage = 64
    /// A file to import is malformed, or the store is corrupt.
    case data = 65
    /// The local image, or a file to read, is not there or cannot be read (`EX_NOINPUT`).
    case imageNotFound = 66
    case unavailable = 69
    /// An internal error: a bug in this program.
    case bug = 70
    /// The push is done but could be recorded nowhere.
    case unrecorded = 73
    /// The store, or the output of a command, could not be read or written.
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
    /// A file that a command was to read does not exist.
    case fileNotFound = "file_not_found"
    /// It exists, and cannot be read: a directory, without permission, on a broken disk.
    case fileUnreadable = "file_unreadable"
    /// A program that the command needs, other than the engine, is not installed or cannot be run.
    case programUnavailable = "program_unavailable"
    case engineUnavailable = "engine_unavailable"
    case registryUnavailable = "registry_unavailable"
    case backendUnavailable = "backend_unavailable"
    /// The server of a shared history.
    case remoteUnavailable = "remote_unavailable"
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

    /// The exit code of the kind, and whether the same command may succeed at another time with nothing
    /// changed. A cancellation's code is that of its signal, here SIGINT's.
    private var row: (exitStatus: ExitStatus, isRetryable: Bool) {
        switch self {
        case .notFound: (.negative, false)
        case .buildFailed: (.negative, false)
        case .nonUpgradable: (.negative, false)
        case .tagExists: (.negative, false)
        case .tagNewer: (.negative, false)
        case .orderUnknown: (.negative, false)
        case .usage: (.usage, false)
        case .data: (.data, false)
        case .imageNotFound: (.imageNotFound, false)
        case .fileNotFound: (.imageNotFound, false)
        case .fileUnreadable: (.imageNotFound, false)
        case .programUnavailable: (.unavailable, false)
        case .engineUnavailable: (.unavailable, true)
        case .registryUnavailable: (.unavailable, true)
        case .backendUnavailable: (.unavailable, true)
        case .remoteUnavailable: (.unavailable, true)
        case .refused: (.unavailable, false)
        case .conflict: (.unavailable, false)
        case .error: (.bug, false)
        case .store: (.store, true)
        case .output: (.store, true)
        case .protocolViolation: (.protocolViolation, false)
        case .digestMismatch: (.protocolViolation, false)
        case .imageMismatch: (.protocolViolation, true)
        case .notLoggedIn: (.notLoggedIn, false)
        case .unauthorized: (.notLoggedIn, false)
        case .config: (.configuration, false)
        case .cancelled: (.interrupted, false)
        }
    }

    package var exitStatus: ExitStatus { row.exitStatus }
    package var isRetryable: Bool { row.isRetryable }
}
