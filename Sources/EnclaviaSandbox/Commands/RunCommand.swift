import ArgumentParser
import Foundation

/// `enclavia-sandbox run -- <command>`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command in its own sandbox.",
        discussion: """
            The exit code is the command's. The command finds credentials, directories and the \
            Docker engine through its environment; your own files are not changed.

              enclavia-sandbox run -- sh -c \
            'enclavia-sandbox image hello && enclavia push hello app:v1'

            \(FaultPlace.guide)
            """)

    @OptionGroup var flags: SandboxFlags

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The command.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if command.isEmpty {
            throw ValidationError("give a command: enclavia-sandbox run -- <command>")
        }
    }

    func run() async throws {
        let report = Report(quiet: flags.quiet)
        let command = command
        let code = await Interruptible.exitCode(report: report) { signals in
            try await Sandbox.with(flags.settings, report: report) { sandbox in
                try await ChildCommand(words: command, environment: sandbox.environment)
                    .run(forwardingFrom: signals)
            }
        }
        throw ExitCode(code)
    }
}
