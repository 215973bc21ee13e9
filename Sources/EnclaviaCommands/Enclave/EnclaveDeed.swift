import EnclaviaCore

/// What was done to an enclave, as `--json` spells it.
enum EnclaveDeed: String, Encodable, CaseIterable {
    case stopped, started
    case restartRequested = "restart_requested"
    case destroyed

    /// As a sentence says it.
    var words: String {
        switch self {
        case .stopped: "stopped"
        case .started: "started"
        case .restartRequested: "asked for a restart of"
        case .destroyed: "destroyed"
        }
    }
}

/// What `enclave stop|start|restart|destroy --json` show.
struct EnclaveDeedJSON: JSONDescribed {
    let id: String
    let status: EnclaveDeed

    static let jsonSchema = JSONSchema.object([
        Key("id", .text), Key("status", .cases(of: EnclaveDeed.self)),
    ])
}

extension PublishedSchema {
    static let deed = PublishedSchema(
        "deed", "enclave stop, start, restart, destroy", .of(EnclaveDeedJSON.self))
}
