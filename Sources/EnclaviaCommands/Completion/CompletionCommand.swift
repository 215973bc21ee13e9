import ArgumentParser
import EnclaviaCore

/// Prints the completion script of a shell, or puts it where the shell looks.
struct CompletionCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia completion bash --install", "install the script for bash"),
        Example("enclavia completion zsh --install", "install the script for zsh"),
        Example("enclavia completion fish", "print the script for fish"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of bash, zsh or fish, or install it.",
        discussion: examples.help(
            then: """
                The package installs the scripts where the shells load them. Without the package, \
                --install does it for you alone, and says what a startup file of the shell lacks. To \
                install no file, add source <(enclavia completion bash) to ~/.bashrc, source <(enclavia \
                completion zsh) to ~/.zshrc after compinit, or enclavia completion fish | source to \
                config.fish.
                """))

    static let results = [
        PublishedSchema("completion", "completion", .of(CompletionJSON.self)),
        PublishedSchema(
            "completion-install", "completion --install", .of(CompletionInstallJSON.self)),
    ]

    @Argument(help: "The shell.")
    var shell: CompletionShell

    @Flag(help: "Write the script to where the shell looks for it, and print the path.")
    var install = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        guard install else {
            try context.show(CompletionJSON(shell: shell, script: shell.script)) { console in
                try console.result(bytes: Array(shell.script.utf8))
            }
            return .done
        }
        let installation: CompletionInstallation
        do throws(CompletionInstallError) {
            installation = try await context.adapters.completionInstaller().install(shell)
        } catch {
            throw ErrorMessages.explain(error, shell)
        }
        try CompletionInstallRenderer(context).render(shell, installation)
        return .done
    }
}

/// What `completion --json` prints.
struct CompletionJSON: JSONDescribed {
    let shell: CompletionShell
    let script: String

    static let jsonSchema = JSONSchema.object([
        Key("shell", .cases(of: CompletionShell.self)),
        Key("script", .text, "The content of the completion script."),
    ])
}

/// The shells that completion knows.
package enum CompletionShell: String, CaseIterable, Sendable, Encodable, ExpressibleByArgument {
    case bash, zsh, fish

    /// The bytes of the file in `completions/`.
    package var script: String {
        switch self {
        case .bash: CompletionScripts.bash
        case .zsh: CompletionScripts.zsh
        case .fish: CompletionScripts.fish
        }
    }

    /// The name of the file in `completions/`, and where it is installed.
    package var fileName: String {
        switch self {
        case .bash: "enclavia.bash"
        case .zsh: "_enclavia"
        case .fish: "enclavia.fish"
        }
    }
}
