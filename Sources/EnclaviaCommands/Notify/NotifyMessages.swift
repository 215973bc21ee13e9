import EnclaviaCore

extension NotifyResult {
    /// What to print beyond the outcome, and the exit code: 0 where the backend knows the push, or need not know
    /// it.
    ///
    /// - Parameter isNamed: whether the user named the push. A push that `--pending` selected does not fail the
    ///   command where another process or another account has to send its notification.
    package func conclusion(isNamed: Bool) -> (message: String?, status: ExitStatus) {
        switch disposition {
        case .delivered(let response) where response.isOnlyRejection:
            (
                "not upgradable: \(response.rejectedNonUpgradable.joined(separator: ", "))",
                ErrorKind.nonUpgradable.exitStatus
            )
        case .delivered(let response):
            (response.matched == 0 ? "no enclave is waiting for this image" : nil, .done)
        case .failed(let error):
            (ErrorMessages.explain(error).message, ErrorMessages.explain(error).exitStatus)
        case .superseded: (notify.message, .done)
        case .notTried:
            ("not sent: the backend did not respond to an earlier notification", .unavailable)
        case .cancelled: ("not sent: cancelled", .done)
        case .alreadySent: ("another process has notified the backend meanwhile", .done)
        case .held:
            ("another process is notifying the backend", isNamed ? .unavailable : .done)
        case .unreadable(let error):
            (
                "not sent: \(ErrorMessages.explain(error).message)",
                ErrorMessages.explain(error).exitStatus
            )
        case .impossible(let obstacle):
            ("not sent: \(obstacle.sentence)", isNamed ? .usage : .done)
        }
    }

    var message: String? { conclusion(isNamed: false).message }

    /// What to print at once, before the remaining notifications are sent.
    var remarks: [String] {
        guard case .delivered(let response) = disposition else { return [] }
        return response.sentence.map { [$0] } ?? []
    }

    /// The warning where the result was not recorded in the history; `nil` where it was.
    var locationWarning: String? {
        switch location {
        case .store:
            nil
        case .spool(let path, let reason, let isVolatile):
            "the history cannot be written (\(reason.printable)): the result of this"
                + " notification is kept in \(path.printable)\(isVolatile ? ErrorMessages.untilRestart : "")"
        case .nowhere(let reason):
            "the result of this notification could not be recorded: \(reason.printable)"
        }
    }
}

extension [NotifyResult] {
    /// The exit code of the first result whose code is not 0; 0 where there is none.
    ///
    /// - Parameter named: the pushes that a person named.
    package func exitStatus(named: Set<PushID>) -> ExitStatus {
        lazy.map { $0.conclusion(isNamed: named.contains($0.push.id)).status }
            .first { $0 != .done } ?? .done
    }
}

extension NotifyResult.Obstacle {
    fileprivate var sentence: String {
        switch self {
        case .notSucceeded: "the push did not succeed"
        case .otherBackend(let backend): "it was pushed through \(backend.printable)"
        case .otherOwner(let owner): "it is in the namespace of \(owner.printable)"
        }
    }
}

extension NotifyResponse {
    /// What the response means; `nil` where nothing was started, staged or rejected.
    var sentence: String? {
        var parts: [String] = []
        if !triggered.isEmpty {
            parts.append(
                "started \(MessageText.count(triggered.count, "build", "builds")): \(list(triggered))"
            )
        }
        if !staged.isEmpty {
            let ids = staged.map(\.enclaveID)
            parts.append(
                "staged \(MessageText.count(ids.count, "upgrade", "upgrades")): \(list(ids))")
        }
        if !rejectedNonUpgradable.isEmpty {
            parts.append("not upgradable: \(list(rejectedNonUpgradable))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    private func list(_ ids: [String]) -> String {
        ids.map { $0.printable }.joined(separator: ", ")
    }
}

extension ErrorMessages {
    @Sendable static func noEnclaveWaits(for reference: ImageReference) -> String {
        "no enclave is waiting for this image yet; to run it:\n"
            + "  enclavia enclave create --image \(reference.path):\(reference.tag)"
    }

    /// Follows the path of a file in the runtime directory, which does not survive a restart or a logout.
    static let untilRestart = " until the next restart or logout"
}
