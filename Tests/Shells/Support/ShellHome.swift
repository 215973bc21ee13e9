import Foundation
import TestSupport
import Testing

/// A home directory whose startup files the shells read, and in which `enclavia` is on `PATH`.
struct ShellHome {
    let folder: Folder
    /// Of the shells and of the program; `HOME` is the folder.
    let environment: [String: String]

    /// The startup files of the shells.
    static let startupFiles = [
        "bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish",
    ]

    /// - Parameter script: of bash, run in the home directory; `$script` is the path of `completions/`.
    init(_ script: String = "", environment more: [String: String] = [:]) async throws {
        folder = try Folder()
        let path = folder.path
        environment = [
            "HOME": path, "PATH": "\(path)/bin:/usr/bin:/bin", "TERM": "xterm",
            "ENCLAVIA_STATE_DIR": "\(path)/state", "ENCLAVIA_EVENT_LOG": "off",
            "DOCKER_HOST": "unix:///nonexistent", "ENCLAVIA_BACKEND_URL": "http://127.0.0.1:9",
            "scripts": "\(Build.root)/completions",
        ].merging(more.mapValues { $0.replacing("~", with: path) }) { $1 }
        // A zsh without any startup file asks questions on a terminal.
        let run = try await bash(
            """
            mkdir bin .config .config/fish
            ln -s '\(Build.product("enclavia"))' bin/enclavia
            touch .bashrc .zshrc .config/fish/config.fish
            \(script)
            """)
        try #require(run.status == 0, "\(run.err)")
    }

    /// Runs a script in the home directory, with no other variables than those of the shells.
    func bash(_ script: String) async throws -> Run {
        try await command(["bash", "--norc", "-ec", script])
    }

    func command(_ words: [String]) async throws -> Run {
        try await Run.program(
            "env", ["-i"] + environment.map { "\($0)=\($1)" } + words, directory: folder.path)
    }

    struct Finding {
        let level: String
        let message: String
        let fix: String?

        /// The line that the fix says to add to a startup file.
        var line: String? {
            fix.flatMap { $0.firstMatch(of: #/^add this line to [^:]*: (.*)/#)?.output.1 }
                .map(String.init)
        }
    }

    /// What `doctor` says of the completion of a shell.
    func finding(_ shell: String) async throws -> Finding {
        let run = try await command(["enclavia", "doctor", "--json"])
        let findings = try #require(try run.object()["findings"] as? [[String: Any]])
        let found = findings.compactMap { finding -> Finding? in
            guard finding["check"] as? String == "completion",
                let message = finding["message"] as? String, message.contains(shell)
            else { return nil }
            return Finding(
                level: finding["level"] as? String ?? "", message: message,
                fix: finding["fix"] as? String)
        }
        return try #require(found.first, "\(run.out)\n\(run.err)")
    }

    /// Whether TAB in a new interactive shell completes `enclavia`.
    ///
    /// - Parameter wrapper: a command, with its arguments, that runs the driver of the shell.
    func completes(_ shell: String, under wrapper: [String] = []) async throws -> Bool {
        let tab = TabCase("enclavia histo", "enclavia history ")
        let outcomes = try await Terminal.started(shell).run(
            [tab], environment: environment, directory: folder.path,
            under: wrapper + ["env", "-i", "PATH=/usr/bin:/bin"])
        return outcomes.first?.line == tab.line
    }

    func add(_ line: String, to shell: String) throws {
        let path = "\(folder.path)/\(Self.startupFiles[shell] ?? "")"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try "\(text)\(line)\n".write(toFile: path, atomically: true, encoding: .utf8)
    }
}

extension Terminal {
    /// A shell with its startup files.
    static func started(_ shell: String) -> Terminal {
        let drive =
            switch shell {
            case "bash": Array(bash().setup.suffix(3))
            case "zsh": Array(zsh().setup.dropFirst(2).prefix(3))
            default: Array(fish().setup.suffix(2))
            }
        return Terminal(shell: [shell, "-i"], setup: drive)
    }
}
