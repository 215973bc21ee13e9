import Foundation
import TestSupport
import Testing

/// What `doctor` says about completion, against what TAB does in the same shell.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct LoadedCompletionTests {
    @Test(arguments: CompletionSetting.all)
    func `doctor says what TAB uses, and its line makes TAB work`(_ setting: CompletionSetting)
        async throws
    {
        let home = try await ShellHome(setting.script, environment: setting.environment)
        let finding = try await home.finding(setting.shell)
        #expect((finding.level == "ok") == setting.isLoaded, "\(finding)")
        let expanded = { (text: String) in text.replacing("~", with: home.folder.path) }
        #expect(finding.message.contains(expanded(setting.says)), "\(finding)")
        #expect(!finding.message.contains("\\u{"), "one line: \(finding)")
        if !setting.fix.isEmpty {
            let fixes = [setting.fix, expanded(setting.fix)]
            #expect(fixes.contains { finding.fix?.contains($0) == true }, "\(finding)")
        }
        // A fix that were typed as it is must not overwrite a file.
        #expect(finding.fix?.contains(">") != true, "\(finding)")
        #expect((finding.line != nil) == setting.hasLine, "\(finding)")
        guard setting.judgesTab else { return }
        if setting.isLoaded || setting.hasLine {
            #expect(try await home.completes(setting.shell) == setting.isLoaded)
        }
        guard let line = finding.line else { return }
        try home.add(line, to: setting.shell)
        let fixed = try await home.finding(setting.shell)
        #expect(fixed.level == "ok", "\(fixed)")
        #expect(try await home.completes(setting.shell), "\(line)")
    }

    @Test(arguments: [
        ("bash", CompletionSetting.package, "bash-completion/completions", "enclavia"),
        ("zsh", CompletionSetting.compinit, "zsh/site-functions", "_enclavia"),
        ("fish", "", "fish/vendor_completions.d", "enclavia.fish"),
    ])
    func `a package's script of another version is not touched, and the fix works`(
        _ shell: String, _ startup: String, _ directory: String, _ name: String
    ) async throws {
        let file = "data/\(directory)/\(name)"
        let source = shell == "bash" ? "enclavia.bash" : name
        let home = try await ShellHome(
            """
            echo 'fpath=(~/.local/share/zsh/site-functions ~/data/zsh/site-functions $fpath)' >.zshrc
            \(startup)
            install -D $scripts/\(source) \(file); \(CompletionSetting.age(file))
            cp \(file) before
            """, environment: ["XDG_DATA_DIRS": "~/data:/usr/share"])
        let finding = try await home.finding(shell)
        #expect(finding.message.contains("of another version, from \(home.folder.path)/data/"))
        let fix = try #require(finding.fix?.firstMatch(of: #/^run `([^`]*)`$/#)?.output.1)
        #expect(try await home.bash(String(fix)).status == 0)
        #expect(try await home.finding(shell).level == "ok")
        #expect(try await home.completes(shell))
        #expect(try await home.bash("cmp \(file) before").status == 0)
    }

    @Test func `the line for zsh works before compinit, too`() async throws {
        let home = try await ShellHome(CompletionSetting.zshFile + CompletionSetting.compinit)
        let line = try #require(try await home.finding("zsh").line)
        try home.folder.write(
            "\(line)\nautoload -Uz compinit; compinit\n", to: ".zshrc")
        #expect(try await home.finding("zsh").level == "ok")
        #expect(try await home.completes("zsh"))
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"))
    func `bash without the package needs the line, with which it completes`() async throws {
        let home = try await ShellHome(CompletionSetting.bashFile + CompletionSetting.package)
        let wrapper = [
            "unshare", "-m", "--propagation", "private", "sh", "-c",
            "mount -t tmpfs none /usr/share/bash-completion && exec \"$@\"", "sh",
        ]
        let run = try await home.command(wrapper + ["enclavia", "doctor"])
        #expect(run.out.contains("warning  bash does not load"), "\(run.out)")
        #expect(try await home.completes("bash", under: wrapper) == false)
        let line = try #require(
            run.out.firstMatch(of: #/add this line to ~\/.bashrc: (.*)/#)?.output.1)
        try home.add(String(line), to: "bash")
        let fixed = try await home.command(wrapper + ["enclavia", "doctor", "--all"])
        #expect(fixed.out.contains("ok       bash uses"), "\(fixed.out)")
        #expect(try await home.completes("bash", under: wrapper))
    }

    @Test func `a shell that ends in its startup files is not reported as ok`() async throws {
        let home = try await ShellHome(
            CompletionSetting.bashFile + CompletionSetting.package + "echo 'exit 3' >>.bashrc")
        let finding = try await home.finding("bash")
        #expect(finding.level == "warning")
        #expect(finding.message.contains("with exit status 3"), "\(finding)")
    }

    @Test func `a startup file that waits is ended with what it started`() async throws {
        let home = try await ShellHome(
            """
            cp /bin/sleep bin/waiting
            echo 'waiting 3001 & set -m; waiting 3002 & read -r line; waiting 3003' >.bashrc
            echo 'waiting 3004 &' >.zshrc
            """)
        let finding = try await home.finding("bash")
        #expect(finding.level == "warning")
        #expect(finding.message.contains("took longer than"), "\(finding)")
        let left = try await Run.program("pgrep", ["-f", "waiting 300[0-9]"])
        #expect(left.out == "")
    }

    @Test func `a startup file that runs doctor starts no more shells`() async throws {
        let home = try await ShellHome(
            CompletionSetting.bashFile + CompletionSetting.package
                + "echo 'echo x >>~/starts; enclavia doctor >/dev/null' >>.bashrc")
        #expect(try await home.finding("bash").level == "ok")
        #expect(try await home.bash("cat starts").out == "x\n")
        let nested = try await home.command(["env", "ENCLAVIA_DOCTOR=1", "enclavia", "doctor"])
        #expect(
            nested.out.contains("bash, zsh and fish were not asked for the completion"), "\(nested)"
        )
        #expect(try await home.bash("cat starts").out == "x\n")
        let install = try await home.command(
            ["env", "ENCLAVIA_DOCTOR=1", "enclavia", "completion", "bash", "--install"])
        #expect(install.err.contains("bash was not asked for the completion"), "\(install)")
        #expect(!install.err.contains("not on PATH"))
    }

    @Test(.enabled(if: getuid() == 0, "only root can be in another user's home directory"))
    func `root does not run another user's startup files`() async throws {
        let home = try await ShellHome("echo 'echo x >>~/starts' >.bashrc; chown 65534 .")
        let finding = try await home.finding("bash")
        #expect(finding.level == "warning")
        #expect(finding.fix == "run `enclavia doctor` as that user")
        #expect(!FileManager.default.fileExists(atPath: "\(home.folder.path)/starts"))
        let install = try await home.command(["enclavia", "completion", "bash", "--install"])
        #expect(install.status == 64, "\(install.err)")
    }
}
