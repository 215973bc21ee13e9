extension Migration {
    /// Indexes of the pushes of this machine that may need attention, and of those that failed, since a prompt asks
    /// for them each time that it is drawn: in a large history, all other pushes would be read.
    ///
    /// - A program that does not know the indexes keeps them up to date all the same, so it may still write.
    /// - A store that lost its `user_version`, and got that of its minimum writer back, has them already.
    static let attention = Migration(
        version: 4, minimumWriter: 3, index: "push_unsettled",
        sql: """
            CREATE INDEX IF NOT EXISTS push_unsettled ON push (notify_outcome, outcome)
                WHERE origin_imported_at IS NULL
                    AND (outcome IN ('running', 'interrupted')
                        OR notify_outcome IN ('pending', 'failed')
                        OR digest_verified = 0 AND outcome = 'succeeded');
            CREATE INDEX IF NOT EXISTS push_failed ON push (outcome)
                WHERE outcome = 'failed' AND origin_imported_at IS NULL;
            """)
}
