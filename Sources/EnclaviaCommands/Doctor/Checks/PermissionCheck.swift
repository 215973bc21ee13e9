import EnclaviaCore
import SystemPackage

extension DoctorCheck {
    /// Many files with the same problem, as after a copy or with a wrong umask, are one finding.
    static let permissions = DoctorCheck(
        "permissions", "Whether you own the history's files, and no other user can access them."
    ) { machine in
        let (files, directory) = (machine.store.unsafeFiles, machine.store.directory)
        guard !files.isEmpty else {
            return [.ok("only you can access the files in \(directory.printable)")]
        }
        return ownership(files, directory) + modes(files, directory) + links(files)
    }

    private static func modes(
        _ files: [StoreSurvey.UnsafeFile], _ directory: String
    ) -> [DoctorFinding] {
        let open = files.compactMap { file in
            if case .open(let mode, let wanted) = file.danger {
                (file.path, mode, wanted)
            } else {
                nil
            }
        }
        guard let first = open.first(where: { $0.1 & 0o022 != 0 }) ?? open.first else { return [] }
        func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }
        let example = "\(first.0.printable) has mode \(octal(first.1))"
        let message =
            open.count == 1
            ? "\(example), so other users can access it"
            : "other users can access \(open.count) files of the history: \(example)"
        let commands = open.map { path, _, wanted in
            MessageText.shellWord(path).map { "chmod \(octal(wanted)) \($0)" }
        }
        let fix =
            open.count > 3 || commands.contains(nil)
            ? "chmod -R go= \(places(of: open.map(\.0), directory))"
            : commands.compactMap { $0 }.joined(separator: " && ")
        return [first.1 & 0o022 == 0 ? .warning(message, fix: fix) : .error(message, fix: fix)]
    }

    private static func ownership(
        _ files: [StoreSurvey.UnsafeFile], _ directory: String
    ) -> [DoctorFinding] {
        let foreign = files.compactMap { file in
            if case .foreignOwner(let user) = file.danger { (file.path, user) } else { nil }
        }
        guard let (path, user) = foreign.first else { return [] }
        guard foreign.count == 1, let word = MessageText.shellWord(path) else {
            return [
                .error(
                    "\(MessageText.count(foreign.count, "history file belongs", "history files belong")) to other"
                        + " users: \(path.printable) belongs to user \(user)",
                    fix: "sudo chown -R \"$(id -u)\" \(places(of: foreign.map(\.0), directory))")
            ]
        }
        return [
            .error(
                "\(path.printable) belongs to user \(user)",
                fix:
                    "sudo chown \"$(id -u)\" \(word), and do the same for the files next to it: a history"
                    + " and its write-ahead log (-wal, -shm) belong together")
        ]
    }

    private static func links(_ files: [StoreSurvey.UnsafeFile]) -> [DoctorFinding] {
        files.filter { $0.danger == .symbolicLink }.map { file in
            .error(
                "\(file.path.printable) is a symbolic link, which enclavia does not follow",
                fix: "move the target file there, or set ENCLAVIA_STATE_DIR to its directory")
        }
    }

    /// The directories that hold the files, quoted for a shell: the state directory, and the parents of files
    /// outside it. `DIRECTORY` stands for a name that cannot be typed.
    private static func places(of paths: [String], _ directory: String) -> String {
        var places: [String] = []
        for path in paths {
            let isInside = path == directory || path.hasPrefix(directory + "/")
            let place =
                isInside ? directory : FilePath(path).removingLastComponent().string
            if !places.contains(place) { places.append(place) }
        }
        return places.map { MessageText.shellWord($0) ?? "DIRECTORY" }.joined(separator: " ")
    }
}

extension StoreSurvey.UnsafeFile {
    /// Whether the history refuses to use the file.
    var isUnusable: Bool {
        switch danger {
        case .foreignOwner, .symbolicLink: true
        case .open: false
        }
    }
}

extension MessageText {
    /// Text from outside as one word of a shell's command line, in single quotes (POSIX, Shell Command Language,
    /// 2.2.2); `nil` where it has characters that cannot be typed, or is not UTF-8.
    static func shellWord(_ text: String) -> String? {
        guard TerminalText.escape(text) == text, !text.unicodeScalars.contains("\u{FFFD}") else {
            return nil
        }
        return "'\(text.replacing("'", with: #"'\''"#))'"
    }
}
