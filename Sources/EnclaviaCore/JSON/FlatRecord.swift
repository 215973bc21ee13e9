/// A field of the record under its flat name, as CSV, templates and the SQL view `push_v1` have it:
/// nested keys joined by `_`, lists and labels as JSON text.
package struct FlatField: Sendable {
    package let name: String
    package let value: @Sendable (PushJSON) throws -> FlatValue

    private init(
        _ name: String, _ value: @escaping @Sendable (PushJSON) throws -> (any FlatScalar)?
    ) {
        self.name = name
        self.value = { try value($0)?.flatValue ?? .null }
    }

    /// All of them, in the order of the record, and then in that of the versions that added them.
    package static let all: [FlatField] = [
        FlatField("schema_version") { _ in PushJSON.schemaVersion },
        FlatField("id") { $0.id.text },
        FlatField("revision") { $0.revision },
        FlatField("origin_imported_at") { $0.origin?.importedAt.description },
        FlatField("origin_host") { $0.origin?.host },
        FlatField("destination") { $0.destination },
        FlatField("backend") { $0.backend },
        FlatField("reference") { $0.reference },
        FlatField("registry") { $0.registry },
        FlatField("owner") { $0.owner },
        FlatField("repository") { $0.repository },
        FlatField("tag") { $0.tag },
        FlatField("local_image") { $0.localImage },
        FlatField("local_image_id") { $0.localImageID },
        FlatField("image_revision") { $0.imageRevision },
        FlatField("image_source") { $0.imageSource },
        FlatField("digest") { $0.digest?.description },
        FlatField("media_type") { $0.mediaType },
        FlatField("digest_verified") { $0.digestVerified },
        FlatField("tag_change") { $0.tagChange?.rawValue },
        FlatField("previous_digest") { $0.previousDigest?.description },
        FlatField("size_bytes") { $0.sizeBytes },
        FlatField("started_at") { $0.startedAt.description },
        FlatField("pushed_at") { $0.pushedAt?.description },
        FlatField("finished_at") { $0.finishedAt?.description },
        FlatField("outcome") { $0.outcome.rawValue },
        FlatField("failure_stage") { $0.failure?.stage.rawValue },
        FlatField("failure_kind") { $0.failure?.kind },
        FlatField("failure_message") { $0.failure?.message },
        FlatField("notify_outcome") { $0.notify.outcome?.rawValue },
        FlatField("notify_at") { $0.notify.at?.description },
        FlatField("notify_attempts") { $0.notify.attempts },
        FlatField("notify_matched") { $0.notify.matched },
        FlatField("notify_triggered") { try listText($0.notify.triggered) },
        FlatField("notify_staged") { try listText($0.notify.staged) },
        FlatField("notify_rejected_non_upgradable") {
            try listText($0.notify.rejectedNonUpgradable)
        },
        FlatField("notify_message") { $0.notify.message },
        FlatField("labels") { $0.labels.isEmpty ? "{}" : try JSONText.encode($0.labels) },
        FlatField("context_host") { $0.context.context.host },
        FlatField("context_user") { $0.context.context.user },
        FlatField("context_git_commit") { $0.context.context.gitCommit },
        FlatField("context_git_branch") { $0.context.context.gitBranch },
        FlatField("context_git_dirty") { $0.context.context.gitDirty },
        FlatField("context_ci_provider") { $0.context.context.ciProvider },
        FlatField("context_ci_run_url") { $0.context.context.ciRunURL },
        FlatField("context_ci_actor") { $0.context.context.ciActor },
        FlatField("engine_name") { $0.engine.name },
        FlatField("engine_version") { $0.engine.version },
        FlatField("cli_version") { $0.cliVersion },
        // Later versions added these at the end, so that a column keeps its place in CSV and SQL.
        FlatField("tag_change_source") { $0.tagChangeSource?.rawValue },
        FlatField("message") { $0.message },
    ]

    /// The field of that name; `nil` where there is none.
    package static func named(_ name: String) -> FlatField? {
        all.first { $0.name == name }
    }

    /// Most pushes have empty lists, which need no encoder.
    private static func listText(_ list: [some Encodable]) throws -> String {
        list.isEmpty ? "[]" : try JSONText.encode(list)
    }
}

/// What a flat field holds.
package enum FlatValue: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int64)
    case boolean(Bool)

    /// As text for people and spreadsheets: nothing for `null`, `true` and `false`.
    package var text: String {
        switch self {
        case .null: ""
        case .text(let text): text
        case .integer(let number): String(number)
        case .boolean(let truth): truth ? "true" : "false"
        }
    }
}

/// The Swift types that a flat field may have.
private protocol FlatScalar {
    var flatValue: FlatValue { get }
}

extension String: FlatScalar {
    fileprivate var flatValue: FlatValue { .text(self) }
}
extension Int: FlatScalar {
    fileprivate var flatValue: FlatValue { .integer(Int64(self)) }
}
extension Int64: FlatScalar {
    fileprivate var flatValue: FlatValue { .integer(self) }
}
extension Bool: FlatScalar {
    fileprivate var flatValue: FlatValue { .boolean(self) }
}
