extension Migration {
    /// `tag_change_source` and `message`, in the table, in the records' JSON texts and in `push_v1`.
    ///
    /// - A JSON text has its keys in order, and `history verify` compares it with a replay of the events, byte
    ///   for byte. So each key goes to its place: `message` before `notify`, whose value is the only object
    ///   of that name (labels are texts, and in a text the quotation mark is escaped), `tag_change_source`
    ///   behind `tag_change`, which was the last.
    /// - A program that does not know the keys would drop them from the texts that it rewrites, so it may no longer
    ///   write.
    static let tagChangeSource = Migration(
        version: 2, minimumWriter: 2,
        sql: """
            ALTER TABLE push ADD COLUMN tag_change_source TEXT;
            ALTER TABLE push ADD COLUMN message TEXT;

            UPDATE push_json SET json = \(completed("json"));

            DROP VIEW push_v1;
            CREATE VIEW push_v1 AS SELECT
                1 AS schema_version, id, revision, origin_imported_at, origin_host, destination,
                backend, reference, registry, owner, repository, tag, local_image, local_image_id,
                image_revision, image_source, digest, media_type, digest_verified, tag_change,
                previous_digest, size_bytes, started_at, pushed_at, finished_at, outcome,
                failure_stage, failure_kind, failure_message, notify_outcome, notify_at,
                notify_attempts, notify_matched, notify_triggered, notify_staged,
                notify_rejected_non_upgradable, notify_message, labels, context_host, context_user,
                context_git_commit, context_git_branch, context_git_dirty, context_ci_provider,
                context_ci_run_url, context_ci_actor, engine_name, engine_version, cli_version,
                tag_change_source, message
            FROM push;
            """,
        completedJSON: { json in
            """
            CASE WHEN substr(\(json), -40) LIKE '%,"tag_change_source":%' THEN \(json)
                ELSE \(completed(json)) END
            """
        })

    private static func completed(_ json: String) -> String {
        """
        replace(
            substr(\(json), 1, length(\(json)) - 1), ',"notify":{', ',"message":null,"notify":{')
            || ',"tag_change_source":null}'
        """
    }
}
