import ArgumentParser
import EnclaviaSystem

/// The root of the command line.
package struct Enclavia: DocumentedCommand {
    package static let examples = [
        Example("enclavia auth login", "log in with your browser"),
        Example("enclavia push myapp myapp:v1", "push a local image, and record the push"),
        Example("enclavia history", "list what was pushed, newest first"),
    ]

    package static let configuration = CommandConfiguration(
        commandName: "enclavia",
        abstract: "Push container images to Enclavia, and keep a verifiable record of every push.",
        discussion: examples.help(
            then: """
                Results go to standard output, everything else to standard error. \
                See enclavia(1) for the exit codes, the environment and the files.
                """),
        version: enclaviaVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Core",
                subcommands: [
                    PushCommand.self, RecordCommand.self, HistoryGroup.self, StatusCommand.self,
                    EnclaveGroup.self, AuthGroup.self,
                ]),
            CommandGroup(
                name: "Additional",
                subcommands: [
                    NotifyCommand.self, EventsCommand.self, DoctorCommand.self,
                    CompletionCommand.self, SchemaCommand.self,
                ]),
        ])

    @OptionGroup var global: GlobalOptions

    package init() {}
}

/// The options that every command takes, in any position before `--`. ``Invocation`` reads them from the command
/// line, since they apply before a command's name, too; they are declared here for the parser and the help.
struct GlobalOptions: ParsableArguments {
    @Flag(help: "Print exactly one JSON value on standard output, also for a failure.")
    var json = false

    @Option(
        help: ArgumentHelp("When to colour the output.", valueName: "when"))
    var color: ColorChoice = .auto
}

extension ColorChoice: ExpressibleByArgument {}

/// A command: it builds a request, calls one operation, and renders the value.
package protocol EnclaviaCommand: DocumentedCommand {
    /// The schemas of what it prints with `--json`, or of its lines of JSON.
    static var results: [PublishedSchema] { get }

    /// Groups of options, and of operands as `<name>`, of which ``run(_:)`` takes one; completion offers no second one.
    static var exclusive: [[String]] { get }

    /// The arguments that name files, whose bytes need not be UTF-8.
    var paths: [String] { get }

    /// - Returns: the exit code of a command that did its work, which may be a negative answer.
    /// - Throws: ``UserError`` for what the user can correct, ``ConsoleError`` for a stream that closed.
    func run(_ context: CommandContext) async throws -> ExitStatus
}

extension EnclaviaCommand {
    package static var exclusive: [[String]] { [] }

    package var paths: [String] { [] }
}
