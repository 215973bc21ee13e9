import EnclaviaCore

extension VerifyReport {
    /// What the checkpoints show, for a history without differences.
    var checkpointLines: [String] {
        checkpoints.compactMap { result in
            guard let checkpoint = result.checkpoint else { return nil }
            let signed =
                if case .valid(let identity) = result.given.signature {
                    ", signed by \(identity.printable)"
                } else {
                    ""
                }
            return
                "checkpoint \(result.given.file.printable)\(signed): the history up to event"
                + " \(checkpoint.sequence) is unchanged since \(checkpoint.time)"
        }
    }

    /// What the checkpoints do not show, for standard error.
    var checkpointRemarks: [String] {
        guard !checkpoints.isEmpty else { return [] }
        var remarks: [String] = []
        if checkpoints.contains(where: { $0.given.signature == .unchecked }) {
            remarks.append(
                "signature not checked: anybody may have written the checkpoint; --allowed-signers FILE"
                    + " --identity NAME checks who did")
        }
        for result in checkpoints where result.isUnchanged && result.isKept == false {
            remarks.append(
                "\(result.given.file.printable) is not in this history's checkpoints.jsonl: a copy of the"
                    + " history made it, or that file was changed")
        }
        guard checkpoints.count > 1 else { return remarks }
        for result in checkpoints where !result.isPreviousKnown {
            remarks.append(
                "the checkpoint before \(result.given.file.printable) was neither given nor kept: it was"
                    + " not compared")
        }
        return remarks
    }
}

extension ErrorMessages {
    /// How a checkpoint in `file` differs.
    static func sentence(_ file: String, _ difference: CheckpointDifference) -> String {
        let name = "checkpoint \(file.printable(limit: 4096))"
        return switch difference {
        case .malformed(let fault): "\(name) is not valid: \(sentence(fault))"
        case .otherChain(let expected, let found?):
            "\(name) is of the chain \(expected), but this history is the chain \(found.printable)"
        case .otherChain(let expected, nil):
            "\(name) is of the chain \(expected), which this history is not: it has no event of it"
        case .shorter(let sequence, let newest):
            "\(name) is of event \(sequence), but the chain that it names ends at event \(newest): events are missing"
        case .rewritten(let sequence, let expected, let found):
            "\(name): the history has the hash \(found) at event \(sequence), but the checkpoint has"
                + " \(expected): that event or one before it was rewritten"
        case .order(let sequence, let previous, let file):
            "\(name) is of event \(sequence), but follows \(file.printable(limit: 4096)), which is of the"
                + " later event \(previous): the history was shorter when it was made"
        case .signatureMissing(let path):
            "\(name) is not signed: there is no file \(path.printable(limit: 4096))"
        case .signatureRefused(let reason):
            "\(name) has no valid signature: \(reason.printable)"
        case .damagedLine:
            "\(name): the line is not a checkpoint as enclavia writes it: it was changed"
        }
    }

    private static func sentence(_ fault: CheckpointFault) -> String {
        switch fault {
        case .carriageReturn:
            "its lines end in CR LF instead of LF: it was converted, and is no longer what was signed"
        case .notASCII: "it contains a byte that is neither printable ASCII nor LF"
        case .noCheckpoint: "its first line does not begin with \"enclavia-checkpoint: \""
        case .otherVersion(let version):
            "it is of version \(version.quoted), and this program knows \(Checkpoint.version)"
        case .missingLine(let key): "the line \"\(key.rawValue): \" is missing"
        case .otherLine(let number, let key):
            "line \(number) does not begin with \"\(key.rawValue): \""
        case .invalidValue(let key): "the value of \(key.rawValue) is not as enclavia writes it"
        case .surplusLine: "something follows its last line"
        case .noNewline: "its last line does not end in LF: the file is incomplete"
        }
    }

    static func explain(_ error: CheckpointError) -> UserError {
        switch error {
        case .missing(let path):
            UserError(
                .fileNotFound,
                "there is no history at \(path.printable) yet: no checkpoint was made")
        case .empty(let path):
            UserError(
                .fileNotFound,
                "the history at \(path.printable) has no event yet: no checkpoint was made")
        case .contradicted(let path, let file, let difference):
            UserError(
                .data,
                "the history at \(path.printable) is not the one of the last checkpoint, so no other was"
                    + " made: \(sentence(file, difference))",
                hint:
                    "run `enclavia history verify`. If the history was replaced on purpose, as by an older"
                    + " backup, move checkpoints.jsonl away: the next checkpoint then begins anew")
        case .damaged(let file):
            UserError(
                .data,
                "\(file.printable(limit: 4096)) is not a checkpoint as enclavia writes it: it was changed, so"
                    + " no other checkpoint was made",
                hint:
                    "restore checkpoints.jsonl, or move it away: the next checkpoint then begins anew"
            )
        case .overtaken:
            UserError(
                .conflict, "another process made a checkpoint meanwhile: try again",
                isRetryable: true)
        case .store(let error): explain(error)
        }
    }

    static func explain(_ error: SignatureError) -> UserError {
        switch error {
        case .noProgram:
            UserError(
                .programUnavailable,
                "ssh-keygen is not on PATH: install it (on Debian: apt-get install openssh-client)")
        case .unusableProgram(let path, let fault):
            UserError(
                .programUnavailable,
                { "\($0.message): \($0.step)" }(sentence(path, fault)))
        case .refused(let key, let reason):
            UserError(
                .refused,
                "ssh-keygen did not sign with \(key.printable)"
                    + (reason.map { ": \($0.printable)" } ?? ""),
                hint: "no checkpoint was made")
        case .failed(let reason):
            UserError(.programUnavailable, "ssh-keygen failed: \(reason.printable)")
        }
    }
}
