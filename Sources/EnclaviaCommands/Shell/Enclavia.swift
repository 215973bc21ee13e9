import ArgumentParser

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
