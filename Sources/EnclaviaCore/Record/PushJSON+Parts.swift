/// `notify` of a push record. `matched` is `null` until the backend has answered.
package struct NotifyJSON: Hashable, Sendable, Codable, EmptyInitializable {
    @Nullable package var outcome: NotifyOutcome?
    @Nullable package var at: Timestamp?
    package var attempts: Int
    @Nullable package var matched: Int?
    package var triggered: [String]
    package var staged: [StagedUpgrade]
    package var rejectedNonUpgradable: [String]
    @Nullable package var message: String?

    package init() {
        self.init(.none)
    }

    package init(_ notify: NotifyRecord) {
        outcome = notify.outcome
        at = notify.at
        attempts = notify.attempts
        matched = notify.answer?.matched
        triggered = notify.answer?.triggered ?? []
        staged = notify.answer?.staged ?? []
        rejectedNonUpgradable = notify.answer?.rejectedNonUpgradable ?? []
        message = notify.message
    }

    package var record: NotifyRecord {
        NotifyRecord(
            outcome: outcome, at: at, attempts: attempts,
            answer: matched.map {
                NotifyAnswer(
                    matched: $0, triggered: triggered, staged: staged,
                    rejectedNonUpgradable: rejectedNonUpgradable)
            },
            message: message)
    }

    private enum CodingKeys: String, CodingKey {
        case outcome, at, attempts, matched, triggered, staged
        case rejectedNonUpgradable = "rejected_non_upgradable"
        case message
    }
}

/// `engine` of a push record; both `null` until the engine has answered.
package struct EngineJSON: Hashable, Sendable, Codable, EmptyInitializable {
    @Nullable package var name: String?
    @Nullable package var version: String?

    package init() {
        self.init(name: nil, version: nil)
    }

    package init(name: String?, version: String?) {
        self.name = name
        self.version = version
    }
}
