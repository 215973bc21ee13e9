import EnclaviaCore

extension ErrorMessages {
    package static func explain(_ error: BackupError) -> UserError {
        switch error {
        case .missing(let path):
            return UserError(
                .fileNotFound, "there is no history at \(path.printable) yet: nothing was copied")
        case .store(let error):
            return explain(error)
        case .damaged(let path, let report):
            let first = report.difference.map { sentence($0, of: nil) } ?? "it differs"
            return UserError(
                .data, "the history at \(path.printable) is damaged: \(first)",
                hint: "nothing was copied: `enclavia history verify` prints all differences")
        case .exists(let path):
            return UserError(
                .usage, "\(path.printable) exists: name a new file, since a backup replaces none")
        case .reserved(let path):
            return reserved(path)
        case .busy(let path):
            return UserError(.output, "another backup is writing \(path.printable): try again")
        case .target(let error):
            return UserError(.output, "\(unwritable(error)): nothing was copied")
        }
    }

    /// The error for a new file with a name that SQLite uses.
    static func reserved(_ path: String) -> UserError {
        UserError(
            .usage,
            "\(path.printable) is the name of a file that is kept beside a history: name another file"
        )
    }

    /// Why a new file cannot be written.
    static func unwritable(_ error: StoreError) -> String {
        switch error {
        case .full(let path):
            "\(path.printable) cannot be written: no space is left on its disk"
        case .readOnly(let path):
            "\(path.printable) cannot be written: its file system is read-only"
        case .inaccessible(let path, let reason), .unsafe(let path, let reason):
            "\(path.printable) cannot be written: \(reason.printable)"
        case .locked, .corrupt, .foreign, .constraint, .unexpected, .tooNew, .cancelled:
            explain(error).message
        }
    }
}
