import TestSupport
import Testing

/// What loading the scripts costs, and the ways to load them.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct LoadingTests {
    /// A shell and the line that loads what `enclavia completion` prints.
    static let sourced: [(name: String, terminal: Terminal)] = [
        ("bash", .bash(load: "source <(enclavia completion bash)")),
        (
            "zsh",
            .zsh(
                load: "autoload -Uz compinit; compinit -D -u; source <(enclavia completion zsh)")
        ),
        ("fish", .fish(load: "enclavia completion fish | source")),
    ]

    @Test(arguments: sourced.map(\.name))
    func `the shell can source the script that the program prints`(_ shell: String) async throws {
        let terminal = try #require(Self.sourced.first { $0.name == shell }).terminal
        let tab = TabCase("enclavia push x mya", "enclavia push x myapp:", hides: ["_tags"])
        let again = TabCase("enclavia push x myapp:la", "enclavia push x myapp:latest ")
        let interactive = InteractiveShell(terminal, [tab, again])
        try await expect(interactive.outcome(of: tab), of: tab)
        try await expect(interactive.outcome(of: again), of: again)
    }

    static let installed: [(name: String, terminal: Terminal)] = [
        ("bash", .bash()), ("bash-completion", .bash(load: Terminal.bashPackage)),
        ("zsh", .zsh()), ("fish", .fish()),
    ]

    @Test(arguments: installed.map(\.name))
    func `a shell calls the program at the first TAB, and not before`(
        _ shell: String
    ) async throws {
        let terminal = try #require(Self.installed.first { $0.name == shell }).terminal
        let before = TabCase("cat calls #\t\r", "", shows: ["No such file"])
        let tab = TabCase("enclavia push x mya", "enclavia push x myapp:")
        let interactive = InteractiveShell(terminal, [before, tab], program: .counted)
        try await expect(interactive.outcome(of: before), of: before)
        try await expect(interactive.outcome(of: tab), of: tab)
        #expect(try await interactive.callsMade() == ["__complete push x mya"])
    }

    @Test(arguments: [
        ["bash", "--norc", "--noprofile", "-c", ". completions/enclavia.bash"],
        ["zsh", "-f", "-c", "compdef() { :; }; . completions/_enclavia"],
        ["fish", "--no-config", "-c", "source completions/enclavia.fish"],
    ])
    func `sourcing a script starts no process`(_ command: [String]) async throws {
        let folder = try Folder()
        let trace = "\(folder.path)/trace"
        let run = try await Run.program(
            "strace", ["-f", "-e", "trace=process", "-o", trace] + command,
            environment: ["HOME": folder.path], directory: Build.root)
        try #require(run.status == 0, "\(run.err)")
        let text = try String(contentsOfFile: trace, encoding: .utf8)
        let started = text.split(separator: "\n").filter {
            $0.contains(" execve(") || $0.contains("fork(")
                || $0.contains("clone") && !$0.contains("CLONE_THREAD")
        }
        #expect(started.count == 1, "\(started.joined(separator: "\n"))")
    }
}
