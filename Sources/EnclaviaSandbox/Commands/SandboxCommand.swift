import ArgumentParser

/// `enclavia-sandbox`
package struct SandboxCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "enclavia-sandbox",
        abstract: "A local Enclavia for trying, demonstrating and testing.",
        discussion: """
            Brings up the backend, a real registry with token authentication and, where none \
            answers, a private Docker engine, all on loopback and in a directory of their own, \
            which goes when the sandbox goes.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, UpCommand.self, ImageCommand.self, FaultCommand.self,
            LogCommand.self,
        ])

    package init() {}
}
