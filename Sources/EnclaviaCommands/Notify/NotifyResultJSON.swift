import EnclaviaCore

/// What `notify --json` shows of one push: the outcome is what the record says now.
struct NotifyResultJSON: JSONDescribed {
    private let pushID: PushID
    @Nullable private var reference: String?
    @Nullable private var outcome: NotifyOutcome?
    private let attempts: Int
    @Nullable private var matched: Int?
    private let triggered: [String]
    private let staged: [StagedUpgrade]
    private let rejectedNonUpgradable: [String]
    @Nullable private var message: String?

    private enum CodingKeys: String, CodingKey {
        case pushID = "push_id"
        case reference, outcome, attempts, matched, triggered, staged
        case rejectedNonUpgradable = "rejected_non_upgradable"
        case message
    }

    static let jsonSchema = JSONSchema.object([
        Key("push_id", .pushID), Key("reference", .nullable(.text)),
        Key("outcome", .nullable(.cases(of: NotifyOutcome.self))), Key("attempts", .count),
        Key("matched", .nullable(.count)), Key("triggered", .array(of: .text)),
        Key("staged", .array(of: .of(StagedUpgrade.self))),
        Key("rejected_non_upgradable", .array(of: .text)), Key("message", .nullable(.text)),
    ])

    init(_ result: NotifyResult) {
        let response = result.notify.response
        pushID = result.push.id
        reference = result.push.reference?.description
        outcome = result.notify.outcome
        attempts = result.notify.attempts
        matched = response?.matched
        triggered = response?.triggered ?? []
        staged = response?.staged ?? []
        rejectedNonUpgradable = response?.rejectedNonUpgradable ?? []
        message = result.message
    }
}
