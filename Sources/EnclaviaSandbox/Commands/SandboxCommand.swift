import ArgumentParser

/// `enclavia-sandbox`
package struct SandboxCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "enclavia-sandbox",
        abstract: "A local Enclavia for trying, demonstrating and testing.",
        discussion: """
            Starts the backend, a real registry with token authentication and, if none \
            responds, a private Docker engine, all on loopback and in their own directory, which \
            is removed when the sandbox stops.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, UpCommand.self, ImageCommand.self, FaultCommand.self,
            LogCommand.self,
        ])

    package init() {}
}
