import EnclaviaCore

/// What `push --json` shows: the record, and at the top level the hash of its last event, and what scripts written
/// for the older command line read.
struct PushResultJSON: JSONDescribed {
    private let record: PushJSON
    private let evidence: EvidenceJSON
    private let older: OlderJSON

    static let jsonSchema = JSONSchema.object(
        PushJSON.schemaKeys + EvidenceJSON.keys + OlderJSON.keys, optional: OlderJSON.optionalKeys)

    init(_ result: PushResult) {
        record = PushJSON(result.record)
        evidence = EvidenceJSON(result)
        older = OlderJSON(result)
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        try evidence.encode(to: encoder)
        try older.encode(to: encoder)
    }
}

/// The place of the push in the chain, so that a CI log becomes a witness of it.
private struct EvidenceJSON: Encodable {
    @Nullable private var head: String?

    static let keys: [JSONSchema.Key] = [
        .init(
            "head", .nullable(.hash),
            "The hash of the event that recorded the result; null if it is not in the history yet.")
    ]

    init(_ result: PushResult) {
        head = result.head
    }
}

/// The keys of the older command line.
private struct OlderJSON: Encodable {
    @Nullable private var image: String?
    private let triggered: [String]
    private let staged: [StagedUpgrade]
    private let rejectedNonUpgradable: [String]
    /// Left out where it is `nil`, like ``signingFailed``.
    private let notifyFailed: Bool?
    private let signingFailed: Bool?

    private enum CodingKeys: String, CodingKey {
        case image, triggered, staged
        case rejectedNonUpgradable = "rejected_non_upgradable"
        case notifyFailed = "notify_failed"
        case signingFailed = "signing_failed"
    }

    static let keys: [JSONSchema.Key] = [
        .init("image", .nullable(.text), "The reference, under the key that older versions used."),
        .init("triggered", .array(of: .text)),
        .init("staged", .array(of: .of(StagedUpgrade.self))),
        .init("rejected_non_upgradable", .array(of: .text)),
    ]
    static let optionalKeys: [JSONSchema.Key] = [
        .init("notify_failed", .truth(true), "Present if the notification failed."),
        .init(
            "signing_failed", .truth(true),
            "Present if DOCKER_CONTENT_TRUST requires a signature, and Docker failed to sign."),
    ]

    init(_ result: PushResult) {
        let response = result.record.notify.response
        image = result.record.reference?.description
        triggered = response?.triggered ?? []
        staged = response?.staged ?? []
        rejectedNonUpgradable = response?.rejectedNonUpgradable ?? []
        notifyFailed = result.notifyError == nil ? nil : true
        signingFailed = result.isUnsigned ? true : nil
    }
}
