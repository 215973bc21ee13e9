import EnclaviaCore

/// A schema that `enclavia schema` prints: a name, what it describes, and the schema.
struct PublishedSchema: Encodable, Sendable {
    let name: String
    /// The commands whose `--json` it describes.
    let title: String
    let schema: JSONSchema

    init(_ name: String, _ title: String, _ schema: JSONSchema) {
        self.name = name
        self.title = title
        self.schema = schema
    }

    /// All of them, in the order in which they are listed.
    static let all: [PublishedSchema] = [
        PublishedSchema(
            "push", "A push record: history show, history at, a line of export", .of(PushJSON.self)),
        PublishedSchema("push-result", "push", .pushResult),
        PublishedSchema("preview", "push --dry-run", .preview),
        PublishedSchema("history", "history list", .array(of: .of(PushJSON.self))),
        PublishedSchema("stats", "history stats", .stats),
        PublishedSchema("import", "history import", .importSummary),
        PublishedSchema("verify", "history verify", .verifyReport),
        PublishedSchema("prune", "history prune", .pruneSummary),
        PublishedSchema("reconcile", "history reconcile", .reconcileReport),
        PublishedSchema("event", "A line of events and of the event log", .event),
        PublishedSchema("status", "status", .status),
        PublishedSchema("notify", "notify", .array(of: .notifyResult)),
        PublishedSchema("auth", "auth login, auth status", .accountStatus),
        PublishedSchema("logout", "auth logout", .logout),
        PublishedSchema("enclaves", "enclave list", .array(of: .enclave)),
        PublishedSchema("enclave", "enclave create, enclave status", .enclave),
        PublishedSchema("deed", "enclave stop, start, restart, destroy", .enclaveDeed),
        PublishedSchema("logs", "enclave logs", .enclaveLogs),
        PublishedSchema("doctor", "doctor", .doctor),
        PublishedSchema("error", "Any command that failed", .failure),
    ]

    private enum CodingKeys: String, CodingKey {
        case title
        case dialect = "$schema"
    }

    func encode(to encoder: any Encoder) throws {
        try schema.encode(to: encoder)
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode("https://json-schema.org/draft/2020-12/schema", forKey: .dialect)
        try object.encode(title, forKey: .title)
    }
}
