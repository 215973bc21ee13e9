import EnclaviaCore

extension ResolvedPush {
    /// What was found out about the push, and the exit code: 0 where the push is resolved, or left for a later
    /// run.
    package var conclusion: (message: String, status: ExitStatus) {
        if let error {
            let userError = ErrorMessages.explain(error)
            return (userError.message, userError.exitStatus)
        }
        return switch outcome {
        case .nothingSent: ("it ended before anything was sent", .done)
        case .arrived: ("in the registry under this tag", .done)
        case .absent: ("not in the registry under this tag", .done)
        case .stillSending:
            (
                "the engine's client is still sending it; the push is unchanged: run this command again later",
                .done
            )
        case .verified: ("the registry confirmed its digest", .done)
        case .gone: ("the registry no longer has its digest", .done)
        // These two come with the registry's error.
        case .contradicted: ("the registry contradicts its digest", .protocolViolation)
        case .refused: ("the registry refused the request; the push is unchanged", .unavailable)
        case .otherImage:
            ("the engine pushed another image under this name", .protocolViolation)
        case .notCompared:
            (
                "its digest may belong to another image, and the engine no longer has the image to compare:"
                    + " push it again to be sure", .done
            )
        // The report's `problem` says why there was no response, and its exit code counts.
        case .unanswered: ("no response; the push is unchanged", .done)
        case .notOurs:
            ("it belongs to a different backend, registry or owner", .negative)
        }
    }

    /// The warning and the exit code where the result could be recorded nowhere; `nil` where it was recorded, or
    /// there was nothing to record.
    package var loss: (warning: String, status: ExitStatus)? {
        guard case .nowhere(let reason) = location else { return nil }
        return (
            "the result of push \(record.id) could not be recorded anywhere: \(reason.printable)",
            .store
        )
    }
}

extension ReconcileReport {
    /// A result that could not be recorded counts first, then an error of the registry, then the highest of the
    /// other codes.
    package var exitStatus: ExitStatus {
        let first =
            pushes.lazy.compactMap { $0.loss?.status }.first
            ?? pushes.first { $0.error != nil }?.conclusion.status
        return first
            ?? pushes.map(\.conclusion.status).max { $0.rawValue < $1.rawValue } ?? .done
    }

    /// Why some pushes could not be checked, which ends the command; `nil` where all could.
    package var failure: UserError? {
        var userError: UserError
        switch problem {
        case .backend(let error): userError = ErrorMessages.explain(error)
        case .registry(let error): userError = ErrorMessages.explain(error)
        case nil: return nil
        }
        let left = pushes.count { $0.outcome == .unanswered }
        userError.hint =
            "resolved: \(pushes.count - left), unchanged: \(left); run `enclavia history reconcile`"
            + " again"
        return userError
    }
}
