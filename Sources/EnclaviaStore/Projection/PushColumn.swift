import EnclaviaCore
import GRDB

/// The columns of `push`, in the order of the record, under the flat names of CSV, templates and SQL.
struct PushColumn: Sendable {
    let name: String
    /// What a record has in it: text, an integer or NULL.
    let value: @Sendable (PushJSON) throws -> DatabaseValue

    private init(
        _ name: String, _ value: @escaping @Sendable (PushJSON) throws -> (any SQLScalar)?
    ) {
        self.name = name
        self.value = { try value($0)?.databaseValue ?? .null }
    }

    static let all: [PushColumn] = [
        PushColumn("id") { $0.id.text },
        PushColumn("revision") { $0.revision },
        PushColumn("origin_imported_at") { $0.origin?.importedAt.description },
        PushColumn("origin_host") { $0.origin?.host },
        PushColumn("destination") { $0.destination },
        PushColumn("backend") { $0.backend },
        PushColumn("reference") { $0.reference },
        PushColumn("registry") { $0.registry },
        PushColumn("owner") { $0.owner },
        PushColumn("repository") { $0.repository },
        PushColumn("tag") { $0.tag },
        PushColumn("local_image") { $0.localImage },
        PushColumn("local_image_id") { $0.localImageID },
        PushColumn("image_revision") { $0.imageRevision },
        PushColumn("image_source") { $0.imageSource },
        PushColumn("digest") { $0.digest?.description },
        PushColumn("media_type") { $0.mediaType },
        PushColumn("digest_verified") { $0.digestVerified },
        PushColumn("tag_change") { $0.tagChange?.rawValue },
        PushColumn("previous_digest") { $0.previousDigest?.description },
        PushColumn("size_bytes") { $0.sizeBytes },
        PushColumn("started_at") { $0.startedAt.description },
        PushColumn("pushed_at") { $0.pushedAt?.description },
        PushColumn("finished_at") { $0.finishedAt?.description },
        PushColumn("outcome") { $0.outcome.rawValue },
        PushColumn("failure_stage") { $0.failure?.stage.rawValue },
        PushColumn("failure_kind") { $0.failure?.kind },
        PushColumn("failure_message") { $0.failure?.message },
        PushColumn("notify_outcome") { $0.notify.outcome?.rawValue },
        PushColumn("notify_at") { $0.notify.at?.description },
        PushColumn("notify_attempts") { $0.notify.attempts },
        PushColumn("notify_matched") { $0.notify.matched },
        PushColumn("notify_triggered") { try listText($0.notify.triggered) },
        PushColumn("notify_staged") { try listText($0.notify.staged) },
        PushColumn("notify_rejected_non_upgradable") {
            try listText($0.notify.rejectedNonUpgradable)
        },
        PushColumn("notify_message") { $0.notify.message },
        PushColumn("labels") { $0.labels.isEmpty ? "{}" : try JSONText.encode($0.labels) },
        PushColumn("context_host") { $0.context.context.host },
        PushColumn("context_user") { $0.context.context.user },
        PushColumn("context_git_commit") { $0.context.context.gitCommit },
        PushColumn("context_git_branch") { $0.context.context.gitBranch },
        PushColumn("context_git_dirty") { $0.context.context.gitDirty },
        PushColumn("context_ci_provider") { $0.context.context.ciProvider },
        PushColumn("context_ci_run_url") { $0.context.context.ciRunURL },
        PushColumn("context_ci_actor") { $0.context.context.ciActor },
        PushColumn("engine_name") { $0.engine.name },
        PushColumn("engine_version") { $0.engine.version },
        PushColumn("cli_version") { $0.cliVersion },
        PushColumn("tag_change_source") { $0.tagChangeSource?.rawValue },
        PushColumn("message") { $0.message },
    ]

    /// Most pushes have empty lists, which need no encoder.
    private static func listText(_ list: [some Encodable]) throws -> String {
        list.isEmpty ? "[]" : try JSONText.encode(list)
    }
}

/// The Swift types that a column's value may have.
private protocol SQLScalar: DatabaseValueConvertible {}
extension String: SQLScalar {}
extension Int: SQLScalar {}
extension Int64: SQLScalar {}
extension Bool: SQLScalar {}
