import EnclaviaCore

extension SettledPush {
    /// What has been found out of it, and what that does to the exit code: 0 where it is settled, or is left for
    /// another time.
    package var conclusion: (message: String, status: ExitStatus) {
        if let error {
            let explanation = Words.explain(error)
            return (explanation.message, explanation.exitStatus)
        }
        return switch verdict {
        case .nothingSent: ("it had ended before anything was sent", .done)
        case .arrived: ("the registry holds it", .done)
        case .absent: ("the registry does not hold it under this tag", .done)
        case .stillSending:
            (
                "the engine's client is still sending it, so it stays as it is: run this again later",
                .done
            )
        case .verified: ("the registry has confirmed its digest", .done)
        case .gone: ("the registry no longer holds its digest", .done)
        // These two come with the registry's error.
        case .contradicted: ("the registry contradicts its digest", .protocolViolation)
        case .refused: ("the registry would not say, so it stays as it is", .unavailable)
        case .otherImage:
            ("the engine pushed another image under this name", .protocolViolation)
        case .notCompared:
            (
                "its digest may be another image's, and the engine no longer has its own to compare:"
                    + " push it again to be sure", .done
            )
        // Why nobody did is the report's problem, whose exit code counts.
        case .unanswered: ("nobody answered, so it stays as it is", .done)
        case .elsewhere:
            ("it belongs to another backend, registry or owner than yours", .negative)
        }
    }

    /// The same where it could be recorded nowhere; `nil` where it is on record, or there was nothing to record.
    package var loss: (warning: String, status: ExitStatus)? {
        guard case .nowhere(let reason) = keeping else { return nil }
        return (
            "what became of push \(record.id) could be recorded nowhere: \(Words.shown(reason))",
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
    package var failure: Explanation? {
        var explanation: Explanation
        switch problem {
        case .backend(let error): explanation = Words.explain(error)
        case .registry(let error): explanation = Words.explain(error)
        case nil: return nil
        }
        let left = pushes.count { $0.verdict == .unanswered }
        explanation.hint =
            "settled: \(pushes.count - left), left as they are: \(left); run `enclavia history reconcile`"
            + " again"
        return explanation
    }
}
