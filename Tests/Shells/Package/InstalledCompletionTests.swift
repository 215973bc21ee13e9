import Foundation
import TestSupport
import Testing

/// `make install`: what each shell completes afterwards.
@Suite(.serialized, .enabled(if: PseudoTerminal.isAvailable))
struct InstalledCompletionTests {
    /// A machine on which root has run `make install`, in a mount namespace of each command's own.
    private static let system =
        [
            "\(Build.root)/Tests/Shells/Drivers/made.sh", "make",
        ] + Build.makeOptions.filter { $0 != "-o" && $0 != "build" } + ["-o", "build"]

    @Test(
        .enabled(if: getuid() == 0, "it needs root"),
        arguments: [
            ("bash", "echo '. /usr/share/bash-completion/bash_completion' >.bashrc"),
            ("zsh", "echo 'autoload -Uz compinit; compinit' >.zshrc"), ("fish", ""),
        ])
    func `after make install as root, a shell completes by itself`(
        _ shell: String, _ startup: String
    ) async throws {
        let home = try await ShellHome("rm bin/enclavia\n\(startup)")
        let wrapper = Self.system + ["--"]
        let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        let drive = try await Terminal.started(shell).run(
            [TabCase("enclavia histo", "enclavia history ")],
            environment: home.environment.merging(path) { $1 }, directory: home.folder.path,
            under: wrapper)
        #expect(drive.first?.line == "enclavia history ")
        let doctor = try await Run.program(
            wrapper[0],
            Array(wrapper.dropFirst()) + ["env", "-i"]
                + home.environment.merging(path) { $1 }.map { "\($0)=\($1)" }
                + ["enclavia", "doctor", "--all"])
        #expect(doctor.out.contains("ok       \(shell) uses the completion script /"), "\(doctor)")
    }

    private func install(into home: ShellHome, prefix: String) async throws -> Run {
        let run = try await home.command(
            ["make"] + Build.makeOptions + ["-s", "install", "PREFIX=\(prefix)"])
        try #require(run.status == 0, "\(run.err)")
        return run
    }

    /// The lines that `make install` prints, by shell.
    private func lines(_ run: Run) -> [String: String] {
        let found = run.out.matches(
            of: #/(?m)^(bash|zsh|fish): add this line to [^:]*: (.*)$/#)
        return Dictionary(
            found.map { (String($0.output.1), String($0.output.2)) }, uniquingKeysWith: { $1 })
    }

    @Test(arguments: ["~/.local", "~/.local//", "~/a b", "~/it's"])
    func `the lines that make install prints are what a prefix at home needs`(
        _ prefix: String
    ) async throws {
        let home = try await ShellHome(
            """
            rm bin/enclavia
            echo '. /usr/share/bash-completion/bash_completion' >.bashrc
            """)
        let path = prefix.replacing("~", with: home.folder.path)
        let lines = lines(try await install(into: home, prefix: path))
        #expect(
            Set(lines.keys) == (prefix.hasPrefix("~/.local") ? ["zsh"] : ["bash", "zsh", "fish"]))
        let program = try await home.command(["ln", "-s", "\(path)/bin/enclavia", "bin/enclavia"])
        try #require(program.status == 0)
        for shell in ["bash", "zsh", "fish"] {
            #expect(try await home.completes(shell) == (lines[shell] == nil), "\(shell)")
            guard let line = lines[shell] else { continue }
            try home.add(line, to: shell)
            if shell == "zsh" { try home.add("autoload -Uz compinit; compinit", to: shell) }
            #expect(try await home.completes(shell), "\(shell): \(line)")
            #expect(try await home.finding(shell).level == "ok")
        }
        let rest = try await home.command(
            ["make"] + Build.makeOptions + ["-s", "uninstall", "PREFIX=\(path)"])
        #expect(rest.status == 0, "\(rest.err)")
        let files = try await home.command(["find", path, "-name", "*enclavia*"])
        #expect(files.out == "")
    }

    @Test func `a staged installation prints nothing about this machine's shells`() async throws {
        let folder = try Folder()
        let run = try await Build.make(
            ["-s", "install", "DESTDIR=\(folder.path)", "PREFIX=/opt/x"])
        #expect(run.status == 0, "\(run.err)")
        #expect(!run.out.contains("enclavia doctor"), "\(run.out)")
    }

    @Test func `fish looks for the script where make install puts it`() async throws {
        let run = try await Build.make(["-n", "install-files"])
        let path = try #require(run.out.firstMatch(of: #/"([^"]*)\/enclavia\.fish"/#)?.output.1)
        let home = try await ShellHome()
        let fish = try await home.command(["fish", "-c", "printf '%s\\n' $fish_complete_path"])
        #expect(fish.out.split(separator: "\n").contains(path), "\(path): \(fish.out)")
    }

    @Test func `shellcheck reports nothing`() async throws {
        let run = try await Run.program(
            "shellcheck", ["\(Build.root)/completions/load-lines.sh"])
        #expect(run.out == "")
    }
}
