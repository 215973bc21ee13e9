import ArgumentParser
import EnclaviaCore

/// A schema that `enclavia schema` prints: a name, what it describes, and the schema.
package struct PublishedSchema: Encodable, Sendable {
    package let name: String
    /// The commands whose `--json` it describes.
    let title: String
    let schema: JSONSchema

    init(_ name: String, _ title: String, _ schema: JSONSchema) {
        self.name = name
        self.title = title
        self.schema = schema
    }

    private enum CodingKeys: String, CodingKey {
        case title
        case dialect = "$schema"
    }

    package func encode(to encoder: any Encoder) throws {
        try schema.encode(to: encoder)
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode("https://json-schema.org/draft/2020-12/schema", forKey: .dialect)
        try object.encode(title, forKey: .title)
    }
}

extension PublishedSchema {
    /// The schemas of all commands, each once, in the order in which they are listed.
    package static let all: [PublishedSchema] = {
        var names: Set<String> = []
        let schemas = Enclavia.verbs.flatMap { $0.results }
            .filter { names.insert($0.name).inserted }
        func place(_ schema: PublishedSchema) -> Int {
            order.firstIndex(of: schema.name) ?? order.count
        }
        return schemas.sorted { place($0) < place($1) } + [error]
    }()

    /// The order of the names. A name that is not here follows, in the order of the commands.
    package static let order = [
        "push", "push-result", "preview", "record", "history", "stats", "report", "import",
        "verify", "prune", "reconcile", "event", "status", "notify", "auth", "docker-entry",
        "logout", "enclaves", "enclave", "deed",
        "logs", "doctor", "completion", "completion-install",
    ]

    static let push = PublishedSchema(
        "push", "A push record: history show, history at, a line of export", .of(PushJSON.self))
    static let event = PublishedSchema(
        "event", "A line of events and of the event log", .of(CloudEvent.self))
    private static let error = PublishedSchema(
        "error", "Any command that failed", .of(ErrorJSON.self))
}

extension ParsableCommand {
    /// This command, unless it is a group, and the commands below it.
    package static var verbs: [any EnclaviaCommand.Type] {
        [self as? any EnclaviaCommand.Type].compactMap { $0 }
            + configuration.subcommands.flatMap { $0.verbs }
    }
}
