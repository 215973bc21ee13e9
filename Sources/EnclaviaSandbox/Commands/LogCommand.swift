import ArgumentParser

/// `enclavia-sandbox log`
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print what was asked of the sandbox that this runs in, as a JSON array.")

    @Option(help: "Only what was asked of backend or registry.")
    var service: String?

    @Option(help: "Only paths that begin like this, such as /me/registry/push-notify.")
    var path: String?

    @Flag(help: "Print nothing; forget what was asked so far.")
    var clear = false

    func run() async throws {
        if clear { return try await ControlClient.print(.init("DELETE", "/_sandbox/log")) }
        var fields: [(name: String, value: String)] = []
        if let service { fields.append(("service", service)) }
        if let path { fields.append(("path", path)) }
        try await ControlClient.print(.init("GET", "/_sandbox/log", query: fields))
    }
}
