import EnclaviaBase

extension Migration {
    /// The place of each push in the order of all (``PushPlace``), and the chain's id, which
    /// ``Schema/migrate(_:from:through:chain:)`` puts into `meta`.
    ///
    /// - A push of this machine got its digest from its last `pushed` event, or from the first event that holds a
    ///   complete record with a digest.
    /// - A program that does not know the columns would not update them, so it may no longer write.
    static let pushOrder = Migration(
        version: StoreSchema.versionsWithPlaces.lowerBound, minimumWriter: 3,
        sql: """
            ALTER TABLE push ADD COLUMN effective_at TEXT;
            ALTER TABLE push ADD COLUMN effective_rank INTEGER;

            UPDATE push SET effective_at = placed.at, effective_rank = placed.rank
            FROM (\(places)) AS placed WHERE push.num = placed.num;

            DROP INDEX push_succeeded;
            CREATE INDEX push_succeeded ON push (reference, effective_at, effective_rank, id)
                WHERE outcome = 'succeeded';
            CREATE INDEX push_place ON push (effective_rank) WHERE effective_rank > 0;
            CREATE INDEX push_place_time ON push (effective_at, effective_rank)
                WHERE effective_rank > 0;
            CREATE INDEX push_move_place ON push (effective_at, effective_rank, id)
                WHERE tag_change IN ('created', 'moved');
            """)

    /// The table `push` of a store of an older version with the columns that it lacks, for a connection that only
    /// reads.
    static let placedPushesOfOlderStore = """
        CREATE TEMP TABLE IF NOT EXISTS placed_push AS
            SELECT push.*, placed.at AS effective_at, placed.rank AS effective_rank
            FROM push LEFT JOIN (\(places)) AS placed USING (num);
        CREATE UNIQUE INDEX IF NOT EXISTS temp.placed_push_num ON placed_push (num);
        CREATE INDEX IF NOT EXISTS temp.placed_push_succeeded
            ON placed_push (reference, effective_at, effective_rank, id)
            WHERE outcome = 'succeeded';
        """

    /// The place of each push that has a digest.
    private static let places = """
        SELECT num, 0 AS rank, min(pushed_at, origin_imported_at) AS at FROM push
        WHERE pushed_at IS NOT NULL AND origin_imported_at IS NOT NULL
        UNION ALL
        SELECT num, 2 * seq AS rank, max(pushed_at) OVER (ORDER BY seq) AS at FROM (
            SELECT num, pushed_at, coalesce(
                (SELECT max(seq) FROM event
                    WHERE push_id = push.id AND type = 'io.enclavia.push.pushed'),
                (SELECT min(seq) FROM event
                    WHERE push_id = push.id
                        AND json_extract(data, '$.data.push.pushed_at') IS NOT NULL)) AS seq
            FROM push WHERE pushed_at IS NOT NULL AND origin_imported_at IS NULL)
        """
}
