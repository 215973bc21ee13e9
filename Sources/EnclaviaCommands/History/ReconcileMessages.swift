import EnclaviaCore

extension ResolvedPush {
    /// What has been found out of it, and what that does to the exit code: 0 where it is settled, or is left for
    /// another time.
    package var conclusion: (message: String, status: ExitStatus) {
        if let error {
            let userError = ErrorMessages.explain(error)
            return (userError.message, userError.exitStatus)
        }
        return switch outcome {
        case .nothingSent: ("it ended before anything was sent", .done)
        case .arrived: ("the image is in the registry", .done)
        case .absent: ("the image is not in the registry under this tag", .done)
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
        // Why nobody did is the report's problem, whose exit code counts.
        case .unanswered: ("no response; the push is unchanged", .done)
        case .notOurs:
            ("it belongs to a different backend, registry or owner", .negative)
        }
    }

    /// The same where it could be recorded nowhere; `nil` where it is on record, or there was nothing to record.
    package var loss: (warning: String, status: ExitStatus)? {
        guard case .nowhere(let reason) = location else { return nil }
        return (
            "the result of push \(record.id) could not be recorded anywhere: \(reason.printable)",
            .store
        )
    }
}

extension ReconcileReport {
    /// What is lost counts before what the registry has refused, and that before the worst of the rest.
    package var exitStatus: ExitStatus {
        let first =
            pushes.lazy.compactMap { $0.loss?.status }.first
            ?? pushes.first { $0.error != nil }?.conclusion.status
        return first
            ?? pushes.map(\.conclusion.status).max { $0.rawValue < $1.rawValue } ?? .done
    }

    /// Why not all of them could be asked for, which ends the command; `nil` where they could.
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
