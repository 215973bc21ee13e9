import ArgumentParser

/// `enclavia-sandbox log`
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print the requests to the sandbox that this runs in, as a JSON array."
    )

    @Option(help: "Print only requests to the backend or the registry.")
    var service: String?

    @Option(help: "Print only paths with this prefix, such as /me/registry/push-notify.")
    var path: String?

    @Flag(help: "Print nothing; clear the log.")
    var clear = false

    func run() async throws {
        if clear { return try await ControlClient.print(.init("DELETE", "/_sandbox/log")) }
        var fields: [(name: String, value: String)] = []
        if let service { fields.append(("service", service)) }
        if let path { fields.append(("path", path)) }
        try await ControlClient.print(.init("GET", "/_sandbox/log", query: fields))
    }
}
