import Foundation
import TestSupport
import Testing

/// `enclavia completion SHELL --install`, in real shells.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct CompletionInstallTests {
    private func install(
        _ home: ShellHome, _ shell: String, _ more: String...
    ) async throws -> Run {
        try await home.command(["enclavia", "completion", shell, "--install"] + more)
    }

    /// Where the script is written by default, below the home directory.
    static let places = [
        "bash": ".local/share/bash-completion/completions/enclavia",
        "zsh": ".local/share/zsh/site-functions/_enclavia",
        "fish": ".config/fish/completions/enclavia.fish",
    ]

    @Test(arguments: ["bash", "zsh", "fish"])
    func `the script is written to where the shell looks, and the line that it needs is named`(
        _ shell: String
    ) async throws {
        let home = try await ShellHome("umask 022")
        let place = "\(home.folder.path)/\(Self.places[shell] ?? "")"
        let run = try await install(home, shell)
        #expect(run.status == 0)
        #expect(run.out == "\(place)\n")
        let printed = try await home.command(["enclavia", "completion", shell])
        #expect(try String(contentsOfFile: place, encoding: .utf8) == printed.out)
        let mode = try await home.bash("stat -c %a '\(place)'; ls -A $(dirname '\(place)') | wc -l")
        #expect(mode.out == "644\n1\n")
        let line = run.err.firstMatch(of: #/add this line to [^:]*: (.*)/#)?.output.1
        #expect((line == nil) == (shell == "fish"), "\(run.err)")
        #expect(try await home.completes(shell) == (shell == "fish"))
        if let line { try home.add(String(line), to: shell) }
        #expect(try await home.completes(shell))
        let again = try await install(home, shell)
        #expect(again.err.contains("uses the completion script \(place)"), "\(again.err)")
    }

    @Test func `JSON has the path, the line, and whether the shell loads it`() async throws {
        let home = try await ShellHome()
        let first = try await install(home, "zsh", "--json").object()
        #expect(first["path"] as? String == "\(home.folder.path)/\(Self.places["zsh"] ?? "")")
        #expect(first["is_changed"] as? Bool == true)
        #expect(first["is_loaded"] as? Bool == false)
        #expect(first["startup_file"] as? String == "~/.zshrc")
        try home.add(try #require(first["line"] as? String), to: "zsh")
        let second = try await install(home, "zsh", "--json").object()
        #expect(second["is_changed"] as? Bool == false)
        #expect(second["is_loaded"] as? Bool == true)
        #expect(second["line"] is NSNull)
        #expect(second["fix"] is NSNull)
    }

    @Test(arguments: [
        ("bash", "export BASH_COMPLETION_USER_DIR=~/mine", "mine/completions/enclavia"),
        ("zsh", "fpath=(~/.zfunc $fpath)", ".zfunc/_enclavia"),
        ("zsh", "fpath=(~/.omz/plugins/x/completions $fpath)", "default"),
    ])
    func `a directory that a startup file names is used`(
        _ shell: String, _ line: String, _ place: String
    ) async throws {
        let home = try await ShellHome()
        try home.add(line, to: shell)
        let wanted = place == "default" ? Self.places[shell] ?? "" : place
        #expect(try await install(home, shell).out == "\(home.folder.path)/\(wanted)\n")
    }

    @Test func `an older script of this program is replaced, and nothing else is`() async throws {
        let home = try await ShellHome()
        let place = "\(home.folder.path)/\(Self.places["fish"] ?? "")"
        _ = try await install(home, "fish")
        let old = try await home.bash("echo '# old' >>'\(place)'")
        try #require(old.status == 0)
        #expect(try await install(home, "fish", "--json").object()["is_changed"] as? Bool == true)
        #expect(try await home.finding("fish").level == "ok")

        let kept = try await home.bash("tail -n 1 '\(place).~1~'; ls $(dirname '\(place)')")
        #expect(kept.out == "# old\nenclavia.fish\nenclavia.fish.~1~\n")

        let cases = [
            "echo 'complete -c enclavia -a x' >'\(place)'",
            "rm '\(place)'; echo x >target; ln -s ~/target '\(place)'",
            "rm '\(place)'; mkdir '\(place)'",
            "rmdir '\(place)'; mkfifo '\(place)'",
        ]
        for script in cases {
            try #require(try await home.bash(script).status == 0)
            let before = try await home.bash("ls -l '\(place)' target; cat target")
            let run = try await install(home, "fish")
            #expect(run.status == 64, "\(script): \(run)")
            #expect(run.out == "")
            #expect(run.err.contains(place))
            #expect(run.err.contains("`enclavia completion fish > FILE`"))
            let after = try await home.bash("ls -l '\(place)' target; cat target")
            #expect(after.out == before.out)
        }
        let linked = try await home.bash(
            "rm '\(place)'; enclavia completion fish >target; ln -s ~/target '\(place)'")
        try #require(linked.status == 0)
        let same = try await install(home, "fish")
        #expect(same.status == 0, "a link to this version's script is as good: \(same.err)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `what the user has added to a script is kept, and no shell loads it`(
        _ shell: String
    ) async throws {
        let home = try await ShellHome(
            "echo '. /usr/share/bash-completion/bash_completion' >.bashrc\n"
                + CompletionSetting.search + CompletionSetting.compinit)
        let place = "\(home.folder.path)/\(Self.places[shell] ?? "")"
        _ = try await install(home, shell)
        for number in 1...2 {
            let change = try await home.bash(
                "\(CompletionSetting.age("'\(place)'")); echo '# mine \(number)' >>'\(place)'")
            try #require(change.status == 0)
            let run = try await install(home, shell)
            #expect(run.status == 0)
            let backup = "\(place).~\(number)~"
            #expect(run.err.contains("the script that was there is kept as \(backup)\n"))
            let text = try String(contentsOfFile: backup, encoding: .utf8)
            #expect(text.hasSuffix("\n# mine \(number)\n"))
        }
        #expect(try await home.finding(shell).message.hasSuffix("script \(place)"))
        #expect(try await home.completes(shell))
        let same = try await install(home, shell, "--json").object()
        #expect(same["backup"] is NSNull)
    }

    @Test func `a place that depends on the working directory is refused`() async throws {
        let home = try await ShellHome()
        let run = try await home.command(
            ["env", "XDG_CONFIG_HOME=relc", "enclavia", "completion", "fish", "--install"])
        #expect(run.status == 64, "\(run)")
        #expect(run.err.contains("XDG_CONFIG_HOME, to an absolute path"), "\(run.err)")
        let files = try await home.bash("find . -name enclavia.fish")
        #expect(files.out == "")
    }

    @Test func `a place that cannot be written is an error that names it`() async throws {
        let home = try await ShellHome("touch .local")
        let blocked = try await install(home, "bash")
        #expect(blocked.status == 74, "\(blocked.err)")
        #expect(blocked.err.contains("/.local"))
        let away = try await home.command(
            ["env", "HOME=\(home.folder.path)/none", "enclavia", "completion", "fish", "--install"])
        #expect(away.status == 74, "\(away.err)")
        #expect(away.err.contains("/none does not exist"))
        #expect(!FileManager.default.fileExists(atPath: "\(home.folder.path)/none"))
    }

    @Test func `a shell that is not installed gets its script in the default place`() async throws {
        let home = try await ShellHome()
        let run = try await home.command(
            ["env", "PATH=\(home.folder.path)/bin", "enclavia", "completion", "fish", "--install"])
        #expect(run.status == 0)
        #expect(run.out == "\(home.folder.path)/\(Self.places["fish"] ?? "")\n")
        #expect(run.err.contains("fish is not on PATH"))
    }
}
