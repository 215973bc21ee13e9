/// The state of a push's notification.
package struct NotifyRecord: Hashable, Sendable {
    /// `nil` until there is something to notify of.
    package var outcome: NotifyOutcome?
    /// When the outcome was reached.
    package var at: Timestamp?
    /// Requests sent so far.
    package var attempts: Int
    /// What the backend answered; `nil` until it has.
    package var response: NotifyResponse?
    /// What went wrong, in words; `nil` where nothing did.
    package var message: String?

    package init(
        outcome: NotifyOutcome?, at: Timestamp? = nil, attempts: Int = 0,
        response: NotifyResponse? = nil, message: String? = nil
    ) {
        self.outcome = outcome
        self.at = at
        self.attempts = attempts
        self.response = response
        self.message = message
    }

    /// The record once a newer push of the same reference supersedes the notification.
    package func superseded(at moment: Timestamp) -> NotifyRecord {
        var record = self
        record.outcome = .skipped
        record.at = moment
        record.message = "superseded by a newer push of the reference"
        return record
    }

    /// Whether `other` is newer: it has more requests sent, or as many and an outcome that follows this one.
    package func isSuperseded(by other: NotifyRecord) -> Bool {
        if other.attempts != attempts { return other.attempts > attempts }
        switch outcome {
        case nil, .pending: return true
        case .failed: return other.outcome == .delivered || other.outcome == .skipped
        case .skipped: return other.outcome == .delivered
        case .delivered: return false
        }
    }

    /// Nothing was pushed, so there is nothing to notify of.
    package static let none = NotifyRecord(outcome: nil)
}

/// The backend's response to a notification.
package struct NotifyResponse: Hashable, Sendable {
    /// The number of enclaves that wait for, or run, the image.
    package let matched: Int
    /// The ids of the enclaves whose build was started.
    package let triggered: [String]
    package let staged: [StagedUpgrade]
    /// The ids of the enclaves that cannot take another image.
    package let rejectedNonUpgradable: [String]

    package init(
        matched: Int, triggered: [String], staged: [StagedUpgrade] = [],
        rejectedNonUpgradable: [String] = []
    ) {
        self.matched = matched
        self.triggered = triggered
        self.staged = staged
        self.rejectedNonUpgradable = rejectedNonUpgradable
    }

    /// Enclaves matched, but each of them refused the new image.
    package var isOnlyRejection: Bool {
        triggered.isEmpty && staged.isEmpty && !rejectedNonUpgradable.isEmpty
    }
}

/// An upgrade that waits for its owner's approval.
package struct StagedUpgrade: Hashable, Sendable, Codable {
    package let enclaveID: String
    package let upgradeID: String
    package let image: String

    package init(enclaveID: String, upgradeID: String, image: String) {
        self.enclaveID = enclaveID
        self.upgradeID = upgradeID
        self.image = image
    }

    private enum CodingKeys: String, CodingKey {
        case enclaveID = "enclave_id"
        case upgradeID = "upgrade_id"
        case image
    }
}

extension StagedUpgrade: JSONDescribed {
    package static let jsonSchema = JSONSchema.object([
        JSONSchema.Key("enclave_id", .text), JSONSchema.Key("upgrade_id", .text),
        JSONSchema.Key("image", .text),
    ])
}

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
        matched = notify.response?.matched
        triggered = notify.response?.triggered ?? []
        staged = notify.response?.staged ?? []
        rejectedNonUpgradable = notify.response?.rejectedNonUpgradable ?? []
        message = notify.message
    }

    package var record: NotifyRecord {
        NotifyRecord(
            outcome: outcome, at: at, attempts: attempts,
            response: matched.map {
                NotifyResponse(
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

// The values without known secrets; see HistoryEvent/without(_:).

extension NotifyRecord {
    func without(_ secrets: SecretScrubber) -> NotifyRecord {
        var record = self
        record.message = message.map(secrets.scrub)
        record.response = response?.without(secrets)
        return record
    }
}

extension NotifyResponse {
    fileprivate func without(_ secrets: SecretScrubber) -> NotifyResponse {
        NotifyResponse(
            matched: matched, triggered: triggered.map(secrets.scrub),
            staged: staged.map { $0.without(secrets) },
            rejectedNonUpgradable: rejectedNonUpgradable.map(secrets.scrub))
    }
}

extension StagedUpgrade {
    fileprivate func without(_ secrets: SecretScrubber) -> StagedUpgrade {
        StagedUpgrade(
            enclaveID: secrets.scrub(enclaveID), upgradeID: secrets.scrub(upgradeID),
            image: secrets.scrub(image))
    }
}
