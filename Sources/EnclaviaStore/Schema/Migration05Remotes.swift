extension Migration {
    /// What is known of the servers to which this machine's history was sent, for `status`: it follows from no event.
    ///
    /// A program that does not know the table leaves it as it is, so it may still write.
    static let remotes = Migration(
        version: 5, minimumWriter: 3, index: "remote_tried",
        sql: """
            CREATE TABLE IF NOT EXISTS remote (
                name TEXT NOT NULL PRIMARY KEY,
                sequence INTEGER NOT NULL,
                forked_at INTEGER,
                missing INTEGER NOT NULL,
                tried_at TEXT NOT NULL,
                synced_at TEXT,
                failure TEXT
            ) STRICT;
            CREATE INDEX IF NOT EXISTS remote_tried ON remote (tried_at);
            """)
}
