import EnclaviaCore

/// Renders what became of notifications, and finds the exit code.
struct NotifyRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// Says, while the others are still to come, what a person should know of this one.
    func say(_ result: NotifyResult) {
        let console = context.console
        context.warn(result.warnings)
        if case .delivered(let answer) = result.fate {
            if let sentence = NotifySentence.of(answer) { console.say(sentence) }
            if answer.matched == 0, let reference = result.push.reference {
                console.say(
                    "nothing waits for this image yet; to run it:\n"
                        + "  enclavia enclave create --image \(reference.path):\(reference.tag)")
            }
        }
        switch result.keeping {
        case .store:
            break
        case .spool(let path, let reason, let isVolatile):
            let until = isVolatile ? " until the next restart or logout" : ""
            console.warn(
                "the history cannot be written (\(Words.shown(reason))): what became of this"
                    + " notification is kept in \(Words.shown(path))\(until)")
        case .nowhere(let reason):
            console.warn(
                "what became of this notification could be recorded nowhere:"
                    + " \(Words.shown(reason))")
        }
    }

    func render(_ results: [NotifyResult]) throws {
        let console = context.console
        if context.invocation.wantsJSON {
            try console.result(json: results.map(NotifyResultJSON.init))
            return
        }
        if results.isEmpty {
            console.say("the backend has heard of every push")
            return
        }
        for line in table(results).lines(for: console.out) { try console.result(line) }
    }

    /// 0 where the backend has heard of all; else that of the first that it has not. Others' pushes
    /// among the pending ones are not this account's to send, and count only where they were named.
    func status(of results: [NotifyResult], named: Set<PushID>) -> ExitStatus {
        if let signal = context.signals.received { return signal }
        for result in results {
            switch result.fate {
            case .delivered(let answer):
                if answer.isOnlyRejection { return ErrorKind.nonUpgradable.exitStatus }
            case .failed(let error):
                return Words.explain(error).exitStatus
            case .notTried:
                return .unavailable
            case .superseded, .settled, .cancelled:
                break
            case .held:
                if named.contains(result.push.id) { return .unavailable }
            case .unreadable(let error):
                return Words.explain(error).exitStatus
            case .impossible:
                if named.contains(result.push.id) { return .usage }
            }
        }
        return .done
    }

    private func table(_ results: [NotifyResult]) -> Table {
        Table(
            columns: [
                Table.Column("PUSH"), Table.Column("REFERENCE", canShrink: true),
                Table.Column("NOTIFY"), Table.Column("", canShrink: true),
            ],
            rows: results.map { result in
                let push = result.push
                return [
                    Table.Cell(String(push.id.text.suffix(8)), .dim),
                    Table.Cell(
                        push.reference.map { "\($0.path):\($0.tag)" } ?? push.destination),
                    Table.Cell(
                        result.notify.outcome?.rawValue ?? "-", paint(result.notify.outcome)),
                    Table.Cell(result.message ?? ""),
                ]
            })
    }

    private func paint(_ outcome: NotifyOutcome?) -> Paint? {
        switch outcome {
        case .delivered: .green
        case .failed: .red
        case .pending: .yellow
        case .skipped, nil: nil
        }
    }
}

extension NotifyResult {
    /// What there is to say beyond the outcome.
    var message: String? {
        switch fate {
        case .delivered(let answer):
            if answer.isOnlyRejection {
                "not upgradable: \(answer.rejectedNonUpgradable.joined(separator: ", "))"
            } else {
                answer.matched == 0 ? "nothing waits for this image" : nil
            }
        case .failed(let error): Words.explain(error).message
        case .superseded: notify.message
        case .notTried: "not sent: the backend did not answer the pushes before"
        case .cancelled: "not sent: cancelled"
        case .settled: "another process has told the backend meanwhile"
        case .held: "another process is telling the backend"
        case .unreadable(let error): "not sent: \(Words.explain(error).message)"
        case .impossible(.notSucceeded): "not sent: the push did not succeed"
        case .impossible(.otherBackend(let backend)):
            "not sent: it was pushed by way of \(Words.shown(backend))"
        case .impossible(.otherOwner(let owner)):
            "not sent: it is in the namespace of \(Words.shown(owner))"
        }
    }
}
