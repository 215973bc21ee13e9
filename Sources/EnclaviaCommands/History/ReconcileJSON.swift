import EnclaviaCore

/// What `history reconcile --json` shows, `schema_version` 1.
struct ReconcileJSON: JSONDescribed {
    private let schemaVersion = 1
    private let takenIn: [PushID]
    private let pushes: [ResolvedPushJSON]

    private enum CodingKeys: String, CodingKey {
        case pushes
        case schemaVersion = "schema_version"
        case takenIn = "taken_in"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version,
        Key("taken_in", .array(of: .pushID), "Pushes that were recovered from the spool."),
        Key("pushes", .array(of: ResolvedPushJSON.jsonSchema)),
    ])

    init(_ report: ReconcileReport) {
        takenIn = report.recovered.recoveredPushes
        pushes = report.pushes.map(ResolvedPushJSON.init)
    }
}

private struct ResolvedPushJSON: JSONDescribed {
    private let pushID: PushID
    @Nullable private var reference: String?
    private let outcome: PushOutcome
    @Nullable private var digest: Digest?
    private let verdict: ReconcileOutcome
    private let message: String

    private enum CodingKeys: String, CodingKey {
        case reference, outcome, digest, verdict, message
        case pushID = "push_id"
    }

    static let jsonSchema = JSONSchema.object([
        Key("push_id", .pushID), Key("reference", .nullable(.text)),
        Key("outcome", .cases(of: PushOutcome.self)), Key("digest", .nullable(.digest)),
        Key("verdict", .cases(of: ReconcileOutcome.self)), Key("message", .text),
    ])

    init(_ push: ResolvedPush) {
        pushID = push.record.id
        reference = push.record.reference?.description
        outcome = push.record.state.outcome
        digest = push.record.state.manifest?.digest
        verdict = push.outcome
        message = push.conclusion.message
    }
}
