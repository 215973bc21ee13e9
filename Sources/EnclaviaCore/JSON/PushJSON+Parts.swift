/// `origin` of a push record.
package struct OriginJSON: Hashable, Sendable, Codable {
    package let importedAt: Timestamp
    package let host: String?

    package init(_ origin: Origin) {
        importedAt = origin.importedAt
        host = origin.host
    }

    private enum CodingKeys: String, CodingKey {
        case importedAt = "imported_at"
        case host
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(importedAt, forKey: .importedAt)
        try object.encode(host, forKey: .host)
    }
}

/// `notify` of a push record. `matched` is `null` until the backend has answered.
package struct NotifyJSON: Hashable, Sendable, Codable {
    package var outcome: NotifyOutcome?
    package var at: Timestamp?
    package var attempts: Int
    package var matched: Int?
    package var triggered: [String]
    package var staged: [StagedUpgrade]
    package var rejectedNonUpgradable: [String]
    package var message: String?

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

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(outcome, forKey: .outcome)
        try object.encode(at, forKey: .at)
        try object.encode(attempts, forKey: .attempts)
        try object.encode(matched, forKey: .matched)
        try object.encode(triggered, forKey: .triggered)
        try object.encode(staged, forKey: .staged)
        try object.encode(rejectedNonUpgradable, forKey: .rejectedNonUpgradable)
        try object.encode(message, forKey: .message)
    }
}

/// `context` of a push record.
package struct ContextJSON: Hashable, Sendable, Codable {
    package let context: PushContext

    package init(_ context: PushContext) {
        self.context = context
    }

    private enum CodingKeys: String, CodingKey {
        case host, user
        case gitCommit = "git_commit"
        case gitBranch = "git_branch"
        case gitDirty = "git_dirty"
        case ciProvider = "ci_provider"
        case ciRunURL = "ci_run_url"
        case ciActor = "ci_actor"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        context = PushContext(
            host: try object.decodeIfPresent(String.self, forKey: .host),
            user: try object.decodeIfPresent(String.self, forKey: .user),
            gitCommit: try object.decodeIfPresent(String.self, forKey: .gitCommit),
            gitBranch: try object.decodeIfPresent(String.self, forKey: .gitBranch),
            gitDirty: try object.decodeIfPresent(Bool.self, forKey: .gitDirty),
            ciProvider: try object.decodeIfPresent(String.self, forKey: .ciProvider),
            ciRunURL: try object.decodeIfPresent(String.self, forKey: .ciRunURL),
            ciActor: try object.decodeIfPresent(String.self, forKey: .ciActor))
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(context.host, forKey: .host)
        try object.encode(context.user, forKey: .user)
        try object.encode(context.gitCommit, forKey: .gitCommit)
        try object.encode(context.gitBranch, forKey: .gitBranch)
        try object.encode(context.gitDirty, forKey: .gitDirty)
        try object.encode(context.ciProvider, forKey: .ciProvider)
        try object.encode(context.ciRunURL, forKey: .ciRunURL)
        try object.encode(context.ciActor, forKey: .ciActor)
    }
}

/// `engine` of a push record; both `null` until the engine has answered.
package struct EngineJSON: Hashable, Sendable, Codable {
    package let name: String?
    package let version: String?

    package init(name: String?, version: String?) {
        self.name = name
        self.version = version
    }

    private enum CodingKeys: String, CodingKey {
        case name, version
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(name, forKey: .name)
        try object.encode(version, forKey: .version)
    }
}
