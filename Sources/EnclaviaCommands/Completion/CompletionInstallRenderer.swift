import EnclaviaCore

/// Renders `completion --install`: the path on standard output, and on standard error whether the shell loads it.
struct CompletionInstallRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ shell: CompletionShell, _ installation: CompletionInstallation) throws {
        let (console, path) = (context.console, installation.path)
        if let reason = installation.unsynced {
            console.warn(ErrorMessages.unsynced(path, reason))
        }
        try context.show(CompletionInstallJSON(shell, installation)) { console in
            try console.result(path.printable(limit: 4096))
            if let backup = installation.backup {
                console.log("the script that was there is kept as \(backup.printable(limit: 4096))")
            }
            guard let completion = installation.completion else {
                console.log("\(shell.rawValue) is not on PATH: it will look there by default")
                return
            }
            switch CompletionMessages.finding(completion) {
            case .ok(let message): console.log("\(message): start a new shell")
            case .warning(let message, let fix), .error(let message, let fix):
                console.warn(message)
                console.log("fix: \(fix)")
            }
        }
    }
}

/// What `completion --install --json` prints.
struct CompletionInstallJSON: JSONDescribed {
    private let shell: CompletionShell
    private let path: String
    private let isChanged: Bool
    @Nullable private var backup: String?
    private let isLoaded: Bool
    @Nullable private var message: String?
    @Nullable private var fix: String?
    @Nullable private var startupFile: String?
    @Nullable private var line: String?

    private enum CodingKeys: String, CodingKey {
        case shell, path, backup, message, fix, line
        case isChanged = "is_changed"
        case isLoaded = "is_loaded"
        case startupFile = "startup_file"
    }

    static let jsonSchema = JSONSchema.object([
        Key("shell", .cases(of: CompletionShell.self)),
        Key("path", .text, "The file that has the script."),
        Key("is_changed", .boolean, "Whether the file was written; false if it had the script."),
        Key(
            "backup", .nullable(.text),
            "The file that keeps the script that was replaced; null if none was."),
        Key("is_loaded", .boolean, "Whether a new interactive shell loads this version's script."),
        Key(
            "message", .nullable(.text),
            "What the shell loads, as doctor says it; null if the shell is not installed."),
        Key("fix", .nullable(.text), "What is to be done, as doctor says it; null if nothing is."),
        Key("startup_file", .nullable(.text), "The startup file that lacks a line."),
        Key("line", .nullable(.text), "The line to add to it."),
    ])

    init(_ shell: CompletionShell, _ installation: CompletionInstallation) {
        self.shell = shell
        path = installation.path
        isChanged = installation.isChanged
        backup = installation.backup
        let finding = installation.completion.map(CompletionMessages.finding)
        isLoaded = finding?.level == .ok
        message = finding?.message
        fix = finding?.fix
        if case .notLoaded(_, let obstacle) = installation.completion?.state, obstacle.line != nil {
            startupFile = obstacle.startupFile
            line = obstacle.line
        }
    }
}

extension ErrorMessages {
    static func explain(_ error: CompletionInstallError, _ shell: CompletionShell) -> UserError {
        let other = "write it elsewhere with `enclavia completion \(shell.rawValue) > FILE`"
        switch error {
        case .foreign(let path):
            return UserError(
                .usage,
                "\(path.printable) is not a completion script of this program: move it away, or \(other)"
            )
        case .symbolicLink(let path, let target):
            return UserError(
                .usage,
                "\(path.printable) is a symbolic link to \(target.printable), and is not replaced:"
                    + " remove it, or \(other)")
        case .notRegular(let path):
            return UserError(
                .usage, "\(path.printable) is not a regular file: move it away, or \(other)")
        case .noHome(let path):
            return UserError(
                .output,
                "the home directory \(path.printable) does not exist: set HOME, or \(other)",
                isRetryable: false)
        case .foreignHome(let path):
            return UserError(
                .usage,
                "the home directory \(path.printable) is another user's: run the command as that user, or \(other)"
            )
        case .unwritable(let path, let reason):
            return UserError(
                .output, "\(path.printable) cannot be written: \(self.reason(reason)): \(other)")
        case .relative(let path):
            return UserError(
                .usage,
                "\(shell.rawValue) looks for its script in \(path.printable), which depends on the working"
                    + " directory: set the variable of its directory, such as XDG_CONFIG_HOME, to an"
                    + " absolute path, or \(other)")
        case .cancelled(nil): return UserError(.cancelled, "cancelled: nothing was written")
        case .cancelled(let path?):
            return UserError(
                .cancelled,
                "cancelled: \(path.printable) was written; `enclavia doctor` says whether"
                    + " \(shell.rawValue) loads it")
        }
    }
}
