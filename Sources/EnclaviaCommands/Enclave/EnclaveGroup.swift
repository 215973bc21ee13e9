import ArgumentParser

/// The group of the enclaves' verbs.
struct EnclaveGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enclave",
        abstract: "Create and watch the enclaves that run your images.",
        subcommands: [
            EnclaveList.self, EnclaveCreate.self, EnclaveStatus.self, EnclaveLogsCommand.self,
            EnclaveStop.self, EnclaveStart.self, EnclaveRestart.self, EnclaveDestroy.self,
        ])

    @OptionGroup var global: GlobalOptions
}
