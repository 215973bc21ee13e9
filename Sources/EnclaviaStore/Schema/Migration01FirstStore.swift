extension Migration {
    /// The events with their chain, the pushes that they make, and the small tables that completion
    /// and status read.
    ///
    /// - `event` is the truth; `data` is one CloudEvents JSON text, and its last four columns are generated from
    ///   it. A text that is no longer JSON gives NULLs, so that it can be examined.
    /// - `push` has a column for each field of the record, under its flat name, and `push_json` the
    ///   record's JSON text, apart, so that scans of either read half as much.
    /// - No CHECK lists the values of an outcome: migrations only add, and such a list could not grow.
    /// - `(started_at, id)` orders pushes everywhere. Indexes cover what their queries show, so that those read no
    ///   table.
    /// - `push_end` finds a push by the end of its id, which is what people are shown of it.
    /// - `push_label` names its push without a foreign key: to find the labels of a push it would need an
    ///   index of its own, and the push knows its labels.
    static let firstStore = Migration(
        version: 1, minimumWriter: 1,
        sql: """
            CREATE TABLE meta (
                key TEXT NOT NULL PRIMARY KEY,
                value TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE event (
                seq INTEGER PRIMARY KEY CHECK (seq > 0),
                data TEXT,
                data_hash BLOB NOT NULL CHECK (length(data_hash) = 32),
                hash BLOB NOT NULL CHECK (length(hash) = 32),
                id TEXT AS (CASE WHEN json_valid(data) THEN json_extract(data, '$.id') END),
                type TEXT AS (CASE WHEN json_valid(data) THEN json_extract(data, '$.type') END),
                time TEXT AS (CASE WHEN json_valid(data) THEN json_extract(data, '$.time') END),
                push_id TEXT AS (
                    CASE WHEN json_valid(data) THEN json_extract(data, '$.data.push_id') END)
            );
            CREATE INDEX event_push ON event (push_id);
            CREATE INDEX event_type ON event (type);
            CREATE INDEX event_time ON event (time);

            CREATE TABLE push (
                num INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                revision INTEGER NOT NULL CHECK (revision > 0),
                origin_imported_at TEXT,
                origin_host TEXT,
                destination TEXT NOT NULL,
                backend TEXT NOT NULL,
                reference TEXT,
                registry TEXT,
                owner TEXT,
                repository TEXT,
                tag TEXT,
                local_image TEXT NOT NULL,
                local_image_id TEXT,
                image_revision TEXT,
                image_source TEXT,
                digest TEXT,
                media_type TEXT,
                digest_verified INTEGER NOT NULL,
                tag_change TEXT,
                previous_digest TEXT,
                size_bytes INTEGER,
                started_at TEXT NOT NULL,
                pushed_at TEXT,
                finished_at TEXT,
                outcome TEXT NOT NULL,
                failure_stage TEXT,
                failure_kind TEXT,
                failure_message TEXT,
                notify_outcome TEXT,
                notify_at TEXT,
                notify_attempts INTEGER NOT NULL,
                notify_matched INTEGER,
                notify_triggered TEXT NOT NULL,
                notify_staged TEXT NOT NULL,
                notify_rejected_non_upgradable TEXT NOT NULL,
                notify_message TEXT,
                labels TEXT NOT NULL,
                context_host TEXT,
                context_user TEXT,
                context_git_commit TEXT,
                context_git_branch TEXT,
                context_git_dirty INTEGER,
                context_ci_provider TEXT,
                context_ci_run_url TEXT,
                context_ci_actor TEXT,
                engine_name TEXT,
                engine_version TEXT,
                cli_version TEXT NOT NULL
            ) STRICT;
            CREATE INDEX push_end ON push (substr(id, -6));
            CREATE INDEX push_started
                ON push (started_at, id, owner, repository, outcome, notify_outcome);
            CREATE INDEX push_repository
                ON push (repository, started_at, tag, owner, registry, outcome);
            CREATE INDEX push_tag ON push (tag, started_at);
            CREATE INDEX push_outcome ON push (outcome, started_at);
            CREATE INDEX push_notify ON push (notify_outcome, started_at);
            CREATE INDEX push_image ON push (local_image, started_at);
            CREATE INDEX push_host ON push (context_host, started_at);
            CREATE INDEX push_user ON push (context_user, started_at);
            CREATE INDEX push_actor ON push (context_ci_actor, started_at)
                WHERE context_ci_actor IS NOT NULL;
            CREATE INDEX push_digest ON push (digest) WHERE digest IS NOT NULL;
            CREATE INDEX push_commit ON push (context_git_commit)
                WHERE context_git_commit IS NOT NULL;
            CREATE INDEX push_image_revision ON push (image_revision)
                WHERE image_revision IS NOT NULL;
            CREATE INDEX push_move ON push (started_at) WHERE tag_change IN ('created', 'moved');
            CREATE INDEX push_unverified ON push (started_at)
                WHERE digest_verified = 0 AND outcome = 'succeeded';
            CREATE INDEX push_succeeded ON push (reference, pushed_at, id)
                WHERE outcome = 'succeeded';

            CREATE TABLE push_json (
                num INTEGER PRIMARY KEY REFERENCES push (num) ON DELETE CASCADE,
                json TEXT NOT NULL
            ) STRICT;

            CREATE TABLE push_label (
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                started_at TEXT NOT NULL,
                num INTEGER NOT NULL,
                PRIMARY KEY (key, value, started_at, num)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE reference (
                registry TEXT NOT NULL,
                owner TEXT NOT NULL,
                repository TEXT NOT NULL,
                tag TEXT NOT NULL,
                pushes INTEGER NOT NULL CHECK (pushes > 0),
                started_at TEXT NOT NULL,
                push_id TEXT NOT NULL,
                digest TEXT,
                outcome TEXT NOT NULL,
                notify_outcome TEXT,
                PRIMARY KEY (repository, tag, owner, registry)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX reference_newest
                ON reference (started_at, push_id, owner, repository, tag, digest, outcome,
                    notify_outcome);
            CREATE INDEX reference_newest_tag
                ON reference (repository, started_at, push_id, owner, tag, digest, outcome,
                    notify_outcome);
            CREATE INDEX reference_tag ON reference (tag);

            CREATE TABLE repository (
                owner TEXT NOT NULL,
                repository TEXT NOT NULL,
                pushes INTEGER NOT NULL CHECK (pushes > 0),
                started_at TEXT NOT NULL,
                push_id TEXT NOT NULL,
                digest TEXT,
                outcome TEXT NOT NULL,
                notify_outcome TEXT,
                PRIMARY KEY (repository, owner)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX repository_newest
                ON repository (started_at, push_id, owner, repository, digest, outcome,
                    notify_outcome);

            CREATE TABLE local_image (
                name TEXT NOT NULL PRIMARY KEY,
                pushes INTEGER NOT NULL CHECK (pushes > 0),
                started_at TEXT NOT NULL,
                push_id TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX local_image_newest ON local_image (started_at, push_id, name);

            CREATE TABLE label (
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                pushes INTEGER NOT NULL CHECK (pushes > 0),
                started_at TEXT NOT NULL,
                push_id TEXT NOT NULL,
                PRIMARY KEY (key, value)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX label_newest ON label (key, started_at, push_id, value);

            CREATE TABLE tally (
                name TEXT NOT NULL PRIMARY KEY,
                count INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            INSERT INTO tally (name, count) VALUES ('pushes', 0);

            CREATE TABLE enclave (
                id TEXT NOT NULL PRIMARY KEY,
                name TEXT,
                backend TEXT NOT NULL,
                seen_at TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX enclave_newest ON enclave (seen_at, id, name);

            CREATE VIEW push_v1 AS SELECT
                1 AS schema_version, id, revision, origin_imported_at, origin_host, destination,
                backend, reference, registry, owner, repository, tag, local_image, local_image_id,
                image_revision, image_source, digest, media_type, digest_verified, tag_change,
                previous_digest, size_bytes, started_at, pushed_at, finished_at, outcome,
                failure_stage, failure_kind, failure_message, notify_outcome, notify_at,
                notify_attempts, notify_matched, notify_triggered, notify_staged,
                notify_rejected_non_upgradable, notify_message, labels, context_host, context_user,
                context_git_commit, context_git_branch, context_git_dirty, context_ci_provider,
                context_ci_run_url, context_ci_actor, engine_name, engine_version, cli_version
            FROM push;
            """)
}
