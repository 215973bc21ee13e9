import EnclaviaCore

/// What `status --json` shows, `schema_version` 1.
struct StatusJSON: Encodable {
    let report: StatusReport

    private enum CodingKeys: String, CodingKey {
        case account, registry, store, attention, references
        case schemaVersion = "schema_version"
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(1, forKey: .schemaVersion)
        try object.encode(report.account.map(AccountJSON.init), forKey: .account)
        try object.encode(
            RegistryJSON(url: report.registry, reachable: report.isRegistryReachable),
            forKey: .registry)
        try object.encode(StoreJSON(summary: report.store), forKey: .store)
        try object.encode(report.attention.map(AttentionJSON.init), forKey: .attention)
        try object.encode(report.references.map(ReferenceJSON.init), forKey: .references)
    }

    private struct RegistryJSON: Encodable {
        let url: String?
        let reachable: Bool?

        private enum CodingKeys: String, CodingKey { case url, reachable }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(url, forKey: .url)
            try object.encode(reachable, forKey: .reachable)
        }
    }

    private struct StoreJSON: Encodable {
        let summary: StoreSummary

        private enum CodingKeys: String, CodingKey {
            case path, pushes, events, head, writable, spooled
        }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(summary.path, forKey: .path)
            try object.encode(summary.pushes, forKey: .pushes)
            try object.encode(summary.events, forKey: .events)
            try object.encode(summary.head, forKey: .head)
            try object.encode(summary.isWritable, forKey: .writable)
            try object.encode(summary.spooled, forKey: .spooled)
        }
    }

    private struct AttentionJSON: Encodable {
        let item: AttentionItem

        private enum CodingKeys: String, CodingKey {
            case kind, reference, message
            case pushID = "push_id"
        }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(item.kind, forKey: .kind)
            try object.encode(item.pushID, forKey: .pushID)
            try object.encode(item.reference?.description, forKey: .reference)
            try object.encode(item.message, forKey: .message)
        }
    }

    private struct ReferenceJSON: Encodable {
        let status: StatusReport.ReferenceStatus

        private enum CodingKeys: String, CodingKey {
            case reference, digest, outcome
            case pushedAt = "pushed_at"
            case pushID = "push_id"
            case notifyOutcome = "notify_outcome"
            case remoteDigest = "remote_digest"
        }

        func encode(to encoder: any Encoder) throws {
            let push = status.push
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(push.reference?.description, forKey: .reference)
            try object.encode(push.state.manifest?.digest, forKey: .digest)
            try object.encode(push.state.manifest?.pushedAt, forKey: .pushedAt)
            try object.encode(push.id, forKey: .pushID)
            try object.encode(push.state.outcome, forKey: .outcome)
            try object.encode(push.notify.outcome, forKey: .notifyOutcome)
            try object.encode(status.remoteDigest, forKey: .remoteDigest)
        }
    }
}

/// An account, as `status` and `auth status` show it.
struct AccountJSON: Encodable {
    let account: Account

    private enum CodingKeys: String, CodingKey {
        case handle, backend, source
        case expiresAt = "expires_at"
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(account.handle, forKey: .handle)
        try object.encode(account.backend, forKey: .backend)
        try object.encode(account.source.name, forKey: .source)
        try object.encode(account.expiresAt, forKey: .expiresAt)
    }
}
