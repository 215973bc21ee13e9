import EnclaviaCore

extension Words {
    /// What was found, and how to mend it; no mend where nothing is amiss.
    static func explain(_ finding: Finding) -> (message: String, mend: String?) {
        switch finding {
        case .fileSystem(let kind, let directory): explain(kind, directory)
        case .filesSafe(let directory):
            ("the files in \(shown(directory)) are yours alone", nil)
        case .unsafeFile(let file): explain(file)
        case .freeSpace(let bytes, let directory):
            (
                "\(bytes >> 20) MiB are free for \(shown(directory))",
                finding.level == .ok
                    ? nil : "make room there, or set ENCLAVIA_STATE_DIR to a directory elsewhere"
            )
        case .store(let condition, let directory): explain(condition, directory)
        case .spool(let pushes, let directory):
            pushes == 0
                ? ("nothing lies in the spool", nil)
                : (
                    "\(count(pushes, "push", "pushes")) lie in the spool of \(shown(directory))",
                    "run `enclavia history reconcile`, once the history can be written again"
                )
        case .engineClient(let status): explainClient(status)
        case .engine(let status): explainEngine(status)
        case .engineProgram(let path, let fault): mended(sentence(path, fault))
        case .engineTrouble(let trouble, let reason): mended(sentence(trouble, reason))
        case .engineConfiguration(let fault):
            (
                passedOver(fault),
                "fix that file, or name another directory with DOCKER_CONFIG"
            )
        case .credentialHelper(let helper): explain(helper)
        case .leftovers(let paths): explain(leftovers: paths)
        case .tagPolicy(let rules):
            ("ENCLAVIA_TAG_POLICY has \(count(rules, "rule", "rules"))", nil)
        case .badTagPolicy(let error):
            ("ENCLAVIA_TAG_POLICY cannot be used: \(sentence(error))", policyGrammar)
        case .account(let account): explain(account)
        case .credentials(let error), .backend(let error):
            (explain(error).message, mend(error))
        case .rotatingUnderCI(let path):
            (
                "\(shown(path)) holds credentials that change with each use, and this is CI",
                "set ENCLAVIA_TOKEN, or keep a {\"token\"} file: a copy of rotating credentials"
                    + " works in one place only"
            )
        case .clock(let offset): explain(clock: offset, isOff: finding.level != .ok)
        case .completion(let completion): explain(completion)
        }
    }

    private static func explain(
        _ kind: StoreSurvey.FileSystem, _ directory: String
    ) -> (String, String?) {
        let elsewhere = "set ENCLAVIA_STATE_DIR to a directory on a local disk"
        return switch kind {
        case .local:
            ("the history's directory \(shown(directory)) is on a local file system", nil)
        case .network:
            (
                "the history's directory \(shown(directory)) is on a network file system, whose"
                    + " locks cannot be relied on", elsewhere
            )
        case .zfs:
            (
                "the history's directory \(shown(directory)) is on ZFS, where each durable write"
                    + " can take long",
                "\(elsewhere), or give the dataset a log device"
            )
        }
    }

    private static func explain(_ file: StoreSurvey.UnsafeFile) -> (String, String?) {
        let path = shown(file.path)
        return switch file.danger {
        case .open(let mode, let wanted):
            (
                "\(path) has mode \(octal(mode)), so others than you can use it",
                "chmod \(octal(wanted)) '\(path)'"
            )
        case .foreignOwner(let user):
            (
                "\(path) belongs to user \(user)",
                "sudo chown \"$(id -u)\" '\(path)', and likewise what is beside it: a history and its"
                    + " write-ahead log (-wal, -shm) belong together"
            )
        case .symbolicLink:
            (
                "\(path) is a symbolic link, which is never followed",
                "move the file itself there, or set ENCLAVIA_STATE_DIR to where it is"
            )
        }
    }

    private static func explain(
        _ condition: StoreSurvey.Condition, _ directory: String
    ) -> (String, String?) {
        switch condition {
        case .none:
            return ("there is no history yet; the first push begins it", nil)
        case .sound(let events):
            return (
                "the history can be written, and its newest event follows from the one before it"
                    + " (\(count(events, "event", "events")))", nil
            )
        case .readOnly(let reason):
            return (
                "the history cannot be written: \(shown(reason))",
                "make \(shown(directory)) writable for you, or set ENCLAVIA_STATE_DIR"
            )
        case .brokenHead(let sequence):
            return (
                "event \(sequence), the newest, does not follow from the one before it",
                "run `enclavia history verify`, and compare with the event log that you shipped"
            )
        case .faulty(let error):
            let explanation = explain(error)
            return (
                explanation.message,
                explanation.hint ?? "make \(shown(directory)) usable, or set ENCLAVIA_STATE_DIR"
            )
        }
    }

    private static func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }
}
