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
        PublishedSchema("push", "A push record: history show, history at, a line of export", .of(PushJSON.self)),
        PublishedSchema("push-result", "push", .of(PushResultJSON.self)),
        PublishedSchema("preview", "push --dry-run", .of(PreviewJSON.self)),
        PublishedSchema("history", "history list", .array(of: .of(PushJSON.self))),
        PublishedSchema("stats", "history stats", StatsJSONSink.jsonSchema),
        PublishedSchema("import", "history import", .of(ImportJSON.self)),
        PublishedSchema("verify", "history verify", .of(VerifyJSON.self)),
        PublishedSchema("prune", "history prune", .of(PruneJSON.self)),
        PublishedSchema("reconcile", "history reconcile", .of(ReconcileJSON.self)),
        PublishedSchema("event", "A line of events and of the event log", .event),
        PublishedSchema("status", "status", .of(StatusJSON.self)),
        PublishedSchema("notify", "notify", .of([NotifyResultJSON].self)),
        PublishedSchema("auth", "auth login, auth status", .of(AccountStatusJSON.self)),
        PublishedSchema("logout", "auth logout", .of(LogoutJSON.self)),
        PublishedSchema("enclaves", "enclave list", .of([EnclaveJSON].self)),
        PublishedSchema("enclave", "enclave create, enclave status", .of(EnclaveJSON.self)),
        PublishedSchema("deed", "enclave stop, start, restart, destroy", .of(EnclaveDeedJSON.self)),
        PublishedSchema("logs", "enclave logs", .of(EnclaveLogsJSON.self)),
        PublishedSchema("doctor", "doctor", .of(DoctorJSON.self)),
        PublishedSchema("error", "Any command that failed", .of(ErrorJSON.self)),
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
