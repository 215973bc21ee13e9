import EnclaviaCore

extension ErrorMessages {
    package static func explain(_ error: StoreError) -> UserError {
        switch error {
        case .inaccessible(let path, let reason):
            UserError(
                .store, "the history at \(path.printable) cannot be used: \(reason.printable)",
                hint:
                    "check its permissions and its disk, or set ENCLAVIA_STATE_DIR to another directory"
            )
        case .full(let path):
            UserError(
                .store,
                "the history at \(path.printable) cannot be written: no space is left on its disk",
                hint: "free some space and run the command again; nothing in the history is lost")
        case .readOnly(let path):
            UserError(
                .store,
                "the history at \(path.printable) can only be read: the file, its directory or its file"
                    + " system is read-only")
        case .locked(let path, let seconds):
            UserError(
                .store,
                "the history at \(path.printable) was locked by another process for \(seconds) s:"
                    + " try again")
        case .corrupt(let path, let detail):
            UserError(
                .data, "the history at \(path.printable) is damaged: \(detail.printable)",
                hint: salvage(path))
        case .foreign(let path, let marks?):
            UserError(
                .data,
                "\(path.printable) contains the tables of an enclavia history, but not the settings that"
                    + " identify it as one: it may have been restored from a dump",
                hint:
                    "sqlite3 '\(path.printable)' 'PRAGMA application_id = \(marks.applicationID); PRAGMA"
                    + " user_version = \(marks.version)' sets them; then run `enclavia history verify`"
            )
        case .foreign(let path, nil):
            UserError(
                .data,
                "\(path.printable) is a database of another program, not an enclavia history",
                hint: "set ENCLAVIA_STATE_DIR to another directory, or move that file elsewhere")
        case .constraint(let path, let detail):
            UserError(
                .data,
                "the history at \(path.printable) rejected the change: \(detail.printable)",
                hint: "something else has changed the file: run `enclavia history verify`")
        case .unexpected(let path, let detail):
            UserError(
                .error,
                "SQLite refused a query of the history at \(path.printable): \(detail.printable)",
                hint:
                    "run `enclavia history verify`; if the history is intact, this is a bug in enclavia:"
                    + " please report it with the command that you ran")
        case .tooNew(let path, let version):
            UserError(
                .store,
                "the history at \(path.printable) was written by a newer version (\(version.printable))"
                    + " and can only be read: update enclavia")
        case .unsafe(let path, let reason):
            UserError(.store, "\(path.printable) is not safe to use: \(reason.printable)")
        case .cancelled:
            UserError(.cancelled, "cancelled")
        }
    }

    /// The advice for a damaged database. The newest records may be in the write-ahead log alone, so the advice
    /// never copies or moves only the database.
    private static func salvage(_ path: String) -> String {
        let path = path.printable
        return
            "`enclavia history salvage '\(path)' --out NEW` reads what can be read into a new history; see \"After"
            + " damage\" in enclavia-history(5). The database and its write-ahead log belong together: to start"
            + " a new history, stop every process that has this one open (such as `enclavia events --follow`)"
            + " and move '\(path)', '\(path)-wal' and '\(path)-shm' away; pushes work meanwhile, and"
            + " `enclavia history reconcile` adds those that were spooled"
    }

    /// The message of a warning about the history.
    package static func sentence(_ warning: StoreWarning) -> String {
        switch warning {
        case .eventLog(let path, let error):
            "lines are missing from the event log \(path.printable) (\(cause(error))): the next command"
                + " that can write to it adds them, and `enclavia events` prints them"
        case .spool(let path, let reason):
            "the spooled push in \(path.printable) could not be added to the history (\(reason.printable));"
                + " it stays there"
        case .damagedSpool(let path):
            "a spool file was damaged: the readable events were added to the history, and the rest is"
                + " kept in \(path.printable)"
        case .orphanedLog(let path, let name):
            "the history was moved away without \(name), which contains its newest records: it is kept in"
                + " \(path.printable). To restore them, move that file next to the history and name it \(name)"
        case .openDirectory(let path, let mode):
            "other users can write to \(path.printable) and change the history (mode"
                + " 0\(String(mode, radix: 8))): run `chmod 700 '\(path.printable)'`"
        case .prunedTexts(let path):
            "\(path.printable) still contains the deleted events, because another enclavia process is reading"
                + " the history: they are removed when the last such process ends"
        case .tornCheckpoint(let path):
            "the last line of \(path.printable) was incomplete, as after a power loss, and was removed: its"
                + " checkpoint was never printed; the new one follows the checkpoint before it"
        case .pending(let error):
            "the pending notifications of earlier pushes could not be read (\(cause(error))):"
                + " `enclavia notify --pending` sends them"
        case .tracked(let checkout):
            sentence(checkout)
        }
    }

    /// Why no pending notification in the history is sent.
    static func sentence(_ origin: TrackingCheckout) -> String {
        let reason =
            origin.isCertain
            ? "the git checkout \(origin.checkout.printable) tracks files of the history in"
                + " \(origin.state.printable), so a commit can forge pushes"
            : "the history in \(origin.state.printable) is in the git checkout \(origin.checkout.printable),"
                + " and git does not report whether it tracks the history"
        return "\(reason): notifications that are pending there are not sent; \(stateElsewhere)"
    }

    static let stateElsewhere = "keep the state directory out of checkouts (ENCLAVIA_STATE_DIR)"

    /// What went wrong with a file that is not the history itself.
    private static func cause(_ error: StoreError) -> String {
        switch error {
        case .inaccessible(_, let reason), .unsafe(_, let reason): reason.printable
        case .full: "no space is left on its disk"
        case .readOnly: "it is read-only"
        case .locked, .corrupt, .foreign, .constraint, .unexpected, .tooNew, .cancelled:
            explain(error).message
        }
    }

    /// Adds to an error what an import or a prune had done before it failed.
    static func partialFailure(_ userError: UserError, done: String) -> UserError {
        var userError = userError
        userError.message += "; \(done)"
        userError.hint = userError.hint ?? "run it again to do the rest"
        return userError
    }
}

extension CommandContext {
    /// Prints warnings about the history.
    func warn(_ warnings: [StoreWarning]) {
        for warning in warnings { console.warn(ErrorMessages.sentence(warning)) }
    }
}
