import TestSupport
import Testing

/// Which program answers a TAB: `enclavia-complete` near the `enclavia` of the line, else that `enclavia`.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct FastProgramInShellsTests {
    enum Shell: String, CaseIterable, Sendable {
        case bash, bashPackage, zsh, fish

        var terminal: Terminal {
            switch self {
            case .bash: .bash()
            case .bashPackage: .bash(load: Terminal.bashPackage)
            case .zsh: .zsh()
            case .fish: .fish()
            }
        }

        /// A line that makes `e` an alias, and completes like `enclavia`.
        var alias: String {
            switch self {
            case .bash, .bashPackage: "alias e=enclavia; complete -F _enclavia e"
            case .zsh: "alias e=enclavia"
            // Without its configuration, fish does not load what it knows of sudo.
            case .fish: "alias e=enclavia; source $__fish_data_dir/completions/sudo.fish"
            }
        }

        /// A line that adds `links` to PATH.
        var longerPath: String {
            self == .fish ? "set PATH $PATH $HOME/links" : "PATH=$PATH:$HOME/links"
        }

        /// bash itself does not complete the command after `sudo`.
        var knowsSudo: Bool { self != .bash }
    }

    private static let byName = TabCase("enclavia push x mya", "enclavia push x myapp:")

    /// The same word by its name, a path, a link, an alias and sudo.
    private func cases(_ shell: Shell) -> [TabCase] {
        [
            Self.byName, TabCase("~/bin/enclavia push x mya", "~/bin/enclavia push x myapp:"),
            TabCase("links/enclavia push x mya", "links/enclavia push x myapp:"),
            TabCase("\(shell.alias) #\t\r", ""), TabCase("e push x mya", "e push x myapp:"),
        ]
            + (shell.knowsSudo
                ? [TabCase("sudo enclavia push x mya", "sudo enclavia push x myapp:")] : [])
    }

    @Test(arguments: Shell.allCases, ["bin", "libexec/enclavia"])
    func `the fast program answers, however the program was typed`(
        _ shell: Shell, _ directory: String
    ) async throws {
        let cases = cases(shell)
        let interactive = InteractiveShell(
            shell.terminal, cases, program: .countedFast(directory: directory))
        for tab in cases { try await expect(interactive.outcome(of: tab), of: tab) }
        let calls = try await interactive.callsMade()
        #expect(calls == Array(repeating: "fast push x mya", count: cases.count - 1))
    }

    @Test(arguments: Shell.allCases)
    func `the program answers where the fast one says nothing`(_ shell: Shell) async throws {
        let interactive = InteractiveShell(
            shell.terminal, [Self.byName],
            program: .countedFast(directory: "libexec/enclavia", answers: false))
        try await expect(interactive.outcome(of: Self.byName), of: Self.byName)
        let calls = try await interactive.callsMade()
        #expect(calls == ["silent push x mya", "__complete push x mya"])
    }

    @Test(arguments: Shell.allCases)
    func `without enclavia, nothing in the working directory is run`(_ shell: Shell) async throws {
        // zsh remembers where a command was, and takes the last word, which only keeps TAB from completing, for one.
        let removal = TabCase(
            "rm bin/enclavia; \(shell == .zsh ? "rehash" : "true"); true #\t\r", "")
        let tab = TabCase("enclavia push x mya")
        let interactive = InteractiveShell(
            shell.terminal, [removal, tab], program: .countedFast(directory: "."))
        _ = try await interactive.outcome(of: tab)
        #expect(try await interactive.callsMade() == [])
    }

    @Test(arguments: Shell.allCases)
    func `a fast program in PATH alone is never run`(_ shell: Shell) async throws {
        let path = TabCase("\(shell.longerPath) #\t\r", "")
        let interactive = InteractiveShell(
            shell.terminal, [path, Self.byName], program: .countedFast(directory: "links"))
        try await expect(interactive.outcome(of: Self.byName), of: Self.byName)
        #expect(try await interactive.callsMade() == ["__complete push x mya"])
    }
}
