import EnclaviaAttention

extension Migration {
    /// Indexes of the pushes of this machine that may need attention, since a prompt asks for them each time that it is
    /// drawn: in a large history, all other pushes would be read. And indexes of owners, by which completion goes from
    /// owner to owner.
    ///
    /// - A program that does not know the indexes keeps them up to date all the same, so it may still write.
    /// - A store that lost its `user_version`, and got that of its minimum writer back, has them already; so may one to
    ///   which a person has added an index of that name.
    static let attention = Migration(
        version: AttentionQuery.indexedVersion, minimumWriter: 3, index: "push_unsettled",
        sql: """
            DROP INDEX IF EXISTS push_unsettled;
            CREATE INDEX push_unsettled ON push (notify_outcome, outcome)
                WHERE origin_imported_at IS NULL
                    AND (outcome IN ('running', 'interrupted')
                        OR notify_outcome IN ('pending', 'failed')
                        OR digest_verified = 0 AND outcome = 'succeeded');
            DROP INDEX IF EXISTS push_failed;
            CREATE INDEX push_failed
                ON push (coalesce(reference, ' ' || destination), num, id, started_at)
                WHERE outcome = 'failed' AND origin_imported_at IS NULL
                    AND failure_kind IS NOT 'usage';
            DROP INDEX IF EXISTS push_own_tag;
            CREATE INDEX push_own_tag ON push (repository, tag)
                WHERE origin_imported_at IS NULL;
            DROP INDEX IF EXISTS reference_owner;
            CREATE INDEX reference_owner ON reference (registry, owner);
            DROP INDEX IF EXISTS repository_owner;
            CREATE INDEX repository_owner ON repository (owner);
            """)
}
