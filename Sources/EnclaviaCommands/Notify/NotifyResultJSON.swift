import EnclaviaCore

/// What `notify --json` shows of one push: the outcome is what the record says now.
struct NotifyResultJSON: Encodable {
    let result: NotifyResult

    enum CodingKeys: String, CodingKey, CaseIterable {
        case pushID = "push_id"
        case reference, outcome, attempts, matched, triggered, staged
        case rejectedNonUpgradable = "rejected_non_upgradable"
        case message
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        let answer = result.notify.answer
        try object.encode(result.push.id, forKey: .pushID)
        try object.encode(result.push.reference?.description, forKey: .reference)
        try object.encode(result.notify.outcome, forKey: .outcome)
        try object.encode(result.notify.attempts, forKey: .attempts)
        try object.encode(answer?.matched, forKey: .matched)
        try object.encode(answer?.triggered ?? [], forKey: .triggered)
        try object.encode(answer?.staged ?? [], forKey: .staged)
        try object.encode(answer?.rejectedNonUpgradable ?? [], forKey: .rejectedNonUpgradable)
        try object.encode(result.message, forKey: .message)
    }
}
