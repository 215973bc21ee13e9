import ArgumentParser
import EnclaviaSystem

/// The root of the command line.
package struct Enclavia: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "enclavia",
        abstract: "Push container images to Enclavia, and keep a verifiable record of every push.",
        discussion: """
            Results go to standard output, everything else to standard error. \
            See enclavia(1) for the exit codes, the environment and the files.
            """,
        version: enclaviaVersion,
        subcommands: [
            PushCommand.self, HistoryGroup.self, StatusCommand.self, EnclaveGroup.self,
            NotifyCommand.self, EventsCommand.self, AuthGroup.self, DoctorCommand.self,
            CompletionCommand.self, SchemaCommand.self,
        ])

    @OptionGroup var global: GlobalOptions

    package init() {}
}

/// The options that every command takes, in any position before `--`. They are read off the command
/// line by ``Invocation``, since they hold before a verb, too; here they are declared and explained.
struct GlobalOptions: ParsableArguments {
    @Flag(help: "Print exactly one JSON value on standard output, also for a failure.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Colour the output: auto, always or never.", valueName: "when"))
    var color: ColorChoice = .auto
}

extension ColorChoice: ExpressibleByArgument {}

/// A verb: it builds a request, calls one operation, and renders the value.
package protocol EnclaviaCommand: ParsableCommand {
    /// The schemas of what it prints with `--json`, or of its lines of JSON.
    static var results: [PublishedSchema] { get }

    /// The arguments that name files, whose bytes need not be UTF-8.
    var paths: [String] { get }

    /// - Returns: the exit code of a command that did its work, which may be a negative answer.
    /// - Throws: ``Explanation`` for what the user can mend, ``ConsoleError`` for a stream that closed.
    func run(_ context: CommandContext) async throws -> ExitStatus
}

extension EnclaviaCommand {
    package var paths: [String] { [] }
}
