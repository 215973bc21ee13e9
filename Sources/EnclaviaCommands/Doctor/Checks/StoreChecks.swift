import EnclaviaCore

extension DoctorCheck {
    static let fileSystem = DoctorCheck(
        "file_system", "Whether the history is on a local file system, as its locks require."
    ) { machine in
        let place = "the history's directory \(machine.store.directory.printable) is on"
        let elsewhere = "set ENCLAVIA_STATE_DIR to a directory on a local disk"
        return switch machine.store.fileSystem {
        case .local: [.ok("\(place) a local file system")]
        case .network:
            [
                .warning(
                    "\(place) a network file system, whose locks are not reliable",
                    fix: elsewhere)
            ]
        case .zfs:
            [
                .warning(
                    "\(place) ZFS, where each durable write can be slow",
                    fix: "\(elsewhere), or give the dataset a log device")
            ]
        }
    }

    /// Below 16 MiB no push can be recorded for long: the write-ahead log alone takes some.
    private static let leastFreeBytes: Int64 = 16 << 20

    static let freeSpace = DoctorCheck(
        "free_space",
        "The free space for the history: less than 256 MiB is a warning, less than 16 MiB an error."
    ) { machine in
        guard let bytes = machine.store.freeBytes else { return [] }
        let directory = machine.store.directory.printable
        let message = "\(bytes >> 20) MiB free for \(directory)"
        let fix =
            "free some disk space there, or set ENCLAVIA_STATE_DIR to a directory on another disk"
        return [
            bytes < leastFreeBytes
                ? .error(message, fix: fix)
                : bytes < 256 << 20 ? .warning(message, fix: fix) : .ok(message)
        ]
    }

    static let store = DoctorCheck(
        "store",
        "Whether the history can be written, and its newest event follows from the one before it."
    ) { machine in
        let directory = machine.store.directory.printable
        switch machine.store.condition {
        case .none:
            return [.ok("there is no history yet; the first push creates it")]
        case .sound(let events):
            return [
                .ok(
                    "the history can be written, and its newest event follows from the one before"
                        + " it (\(MessageText.events(events)))")
            ]
        case .readOnly(let reason):
            return [
                .error(
                    "the history cannot be written: \(reason.printable)",
                    fix: "make \(directory) writable, or set ENCLAVIA_STATE_DIR")
            ]
        case .brokenHead(let sequence):
            return [
                .error(
                    "event \(sequence), the newest, does not follow from the one before it",
                    fix: "run `enclavia history verify`, and compare with the event log that you"
                        + " shipped")
            ]
        case .faulty(let error):
            guard !isReportedElsewhere(error, machine.store) else { return [] }
            let userError = ErrorMessages.explain(error)
            return [
                .error(
                    userError.message,
                    fix: userError.hint
                        ?? "make \(directory) usable, or set ENCLAVIA_STATE_DIR")
            ]
        }
    }

    /// Whether the check of the permissions, or of the free space, names the cause already.
    private static func isReportedElsewhere(_ error: StoreError, _ store: StoreSurvey) -> Bool {
        switch error {
        case .unsafe(let path, _), .inaccessible(let path, _), .readOnly(let path):
            store.unsafeFiles.contains { $0.path == path && $0.isUnusable }
        case .full: store.freeBytes.map { $0 < leastFreeBytes } ?? false
        case .locked, .corrupt, .foreign, .constraint, .unexpected, .tooNew, .cancelled: false
        }
    }

    static let spool = DoctorCheck(
        "spool", "Whether pushes are in the spool, because the history could not be written."
    ) { machine in
        let pushes = machine.store.spooled
        guard pushes > 0 else { return [.ok("the spool is empty")] }
        return [
            .warning(
                "\(MessageText.count(pushes, "push is", "pushes are")) in the spool of"
                    + " \(machine.store.directory.printable)",
                fix: "run `enclavia history reconcile` when the history can be written again")
        ]
    }

    static let eventLog = DoctorCheck(
        "event_log", "Whether the newest part of the event log has every event, in one sequence."
    ) { machine in
        guard let log = machine.store.eventLog else { return [] }
        let gaps = log.gaps
        guard let first = gaps.listed.first else {
            return [.ok("the event log has no gap")]
        }
        let rest =
            gaps.count > 1
            ? ", and \(MessageText.count(gaps.count - 1, "more range", "more ranges"))" : ""
        let range =
            first.count == 1
            ? "event \(first.lowerBound)" : "events \(first.lowerBound) to \(first.upperBound)"
        return [
            .warning(
                "the event log \(log.path.printable) does not have \(range)\(rest)",
                fix:
                    "`enclavia events --after \(first.lowerBound - 1)` prints them again; compare with"
                    + " the log that you shipped")
        ]
    }
}
