import EnclaviaCore

extension DoctorCheck {
    static let fileSystem = DoctorCheck(
        "file_system", "Whether the history is on a local file system, as its locks need it."
    ) { machine in
        let place = "the history's directory \(Words.shown(machine.store.directory)) is on"
        let elsewhere = "set ENCLAVIA_STATE_DIR to a directory on a local disk"
        return switch machine.store.fileSystem {
        case .local: [.ok("\(place) a local file system")]
        case .network:
            [
                .warning(
                    "\(place) a network file system, whose locks cannot be relied on",
                    fix: elsewhere)
            ]
        case .zfs:
            [
                .warning(
                    "\(place) ZFS, where each durable write can take long",
                    fix: "\(elsewhere), or give the dataset a log device")
            ]
        }
    }

    static let permissions = DoctorCheck(
        "permissions", "Whether the history's files are yours, and nobody else can use them."
    ) { machine in
        let store = machine.store
        return store.unsafeFiles.isEmpty
            ? [.ok("the files in \(Words.shown(store.directory)) are yours alone")]
            : store.unsafeFiles.map(finding)
    }

    private static func finding(_ file: StoreSurvey.UnsafeFile) -> DoctorFinding {
        let path = Words.shown(file.path)
        func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }
        switch file.danger {
        case .open(let mode, let wanted):
            let message = "\(path) has mode \(octal(mode)), so others than you can use it"
            let fix = "chmod \(octal(wanted)) '\(path)'"
            return mode & 0o022 == 0
                ? .warning(message, fix: fix) : .error(message, fix: fix)
        case .foreignOwner(let user):
            return .error(
                "\(path) belongs to user \(user)",
                fix: "sudo chown \"$(id -u)\" '\(path)', and likewise what is beside it: a history"
                    + " and its write-ahead log (-wal, -shm) belong together")
        case .symbolicLink:
            return .error(
                "\(path) is a symbolic link, which is never followed",
                fix: "move the file itself there, or set ENCLAVIA_STATE_DIR to where it is")
        }
    }

    /// Below 16 MiB no push can be recorded for long: the write-ahead log alone takes some.
    static let freeSpace = DoctorCheck(
        "free_space",
        "The free space for the history: less than 256 MiB is a warning, less than 16 MiB an error."
    ) { machine in
        guard let bytes = machine.store.freeBytes else { return [] }
        let directory = Words.shown(machine.store.directory)
        let message = "\(bytes >> 20) MiB are free for \(directory)"
        let fix = "make room there, or set ENCLAVIA_STATE_DIR to a directory elsewhere"
        return [
            bytes < 16 << 20
                ? .error(message, fix: fix)
                : bytes < 256 << 20 ? .warning(message, fix: fix) : .ok(message)
        ]
    }

    static let store = DoctorCheck(
        "store",
        "Whether the history can be written, and its newest event follows from the one before it."
    ) { machine in
        let directory = Words.shown(machine.store.directory)
        switch machine.store.condition {
        case .none:
            return [.ok("there is no history yet; the first push begins it")]
        case .sound(let events):
            return [
                .ok(
                    "the history can be written, and its newest event follows from the one before"
                        + " it (\(Words.events(events)))")
            ]
        case .readOnly(let reason):
            return [
                .error(
                    "the history cannot be written: \(Words.shown(reason))",
                    fix: "make \(directory) writable for you, or set ENCLAVIA_STATE_DIR")
            ]
        case .brokenHead(let sequence):
            return [
                .error(
                    "event \(sequence), the newest, does not follow from the one before it",
                    fix: "run `enclavia history verify`, and compare with the event log that you"
                        + " shipped")
            ]
        case .faulty(let error):
            let explanation = Words.explain(error)
            return [
                .error(
                    explanation.message,
                    fix: explanation.hint
                        ?? "make \(directory) usable, or set ENCLAVIA_STATE_DIR")
            ]
        }
    }

    static let spool = DoctorCheck(
        "spool", "Whether pushes are in the spool, because the history could not be written."
    ) { machine in
        let pushes = machine.store.spooled
        guard pushes > 0 else { return [.ok("nothing lies in the spool")] }
        return [
            .warning(
                "\(Words.pushes(pushes)) lie in the spool of"
                    + " \(Words.shown(machine.store.directory))",
                fix: "run `enclavia history reconcile`, once the history can be written again")
        ]
    }
}
