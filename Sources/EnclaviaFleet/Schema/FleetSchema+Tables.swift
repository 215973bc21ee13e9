extension FleetSchema {
    /// A record's times have a year of four digits; PostgreSQL reads infinity, too.
    private static let finiteTimes = FleetColumn.all.filter { $0.type == "timestamptz" }
        .map { "    CHECK (\($0.name) >= '0001-01-01Z' AND \($0.name) < '10000-01-01Z')," }
        .joined(separator: "\n")

    static let tables = """
        -- A history's chain of events, known by its writer and the hash of its first event; or a branch of one, by the
        -- hash at the first event of its own. A role neither adds to another's chains nor sees them.
        CREATE TABLE enclavia.chain (
            num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            genesis bytea NOT NULL CHECK (length(genesis) = 32),
            parent bigint REFERENCES enclavia.chain,
            fork_seq bigint NOT NULL DEFAULT 0,    -- the last event in common with "parent"; 0 for a chain
            fork_hash bytea NOT NULL DEFAULT '',   -- the hash at the first event of its own; empty for a chain
            last_seq bigint NOT NULL,
            head bytea NOT NULL CHECK (length(head) = 32),
            writer name NOT NULL DEFAULT session_user,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            synced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            UNIQUE (writer, genesis, fork_seq, fork_hash)
        ) WITH (fillfactor = 80);

        -- Consecutive events of a chain, as one batch brought them. Rows are only added, and those of a chain neither
        -- overlap nor leave gaps.
        CREATE TABLE enclavia.segment (
            chain bigint NOT NULL,
            first_seq bigint NOT NULL,
            last_seq bigint NOT NULL,
            prev bytea NOT NULL,                   -- the chain's hash before the first event
            head bytea NOT NULL,                   -- the chain's hash at the last event
            hashes bytea NOT NULL,                 -- the SHA-256 of the text of each event, 32 bytes each
            lines text COMPRESSION lz4 NOT NULL,   -- the texts, with a line feed between two; empty for a pruned event
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            peer inet DEFAULT inet_client_addr(),
            writer name NOT NULL DEFAULT session_user,
            PRIMARY KEY (chain, first_seq, at)
        ) PARTITION BY RANGE (at);

        -- The record of each push, with the columns of enclavia-history(5). The ids are UUIDs of version 7: key,
        -- order and partition at once. "chain" and "seq" are the event that tells it, and "writer" is who sent that;
        -- "ended_seq" is the event that ended the push: "seq" may be that of a later notification. "relayed": from another machine's history that "chain" imported.
        CREATE TABLE enclavia.push (
        \(FleetColumn.all.map { "    \($0.name) \($0.type)" }.joined(separator: ",\n")),
            chain bigint NOT NULL,
            seq bigint NOT NULL,
            ended_seq bigint NOT NULL,
            relayed boolean NOT NULL,
            writer name NOT NULL,
            CHECK (revision > 0 AND revision IS NOT NULL),
        \(finiteTimes)
            PRIMARY KEY (id)
        ) PARTITION BY RANGE (id);
        CREATE INDEX ON enclavia.push (started_at DESC, id DESC);
        CREATE INDEX ON enclavia.push (repository, id DESC) INCLUDE (tag, owner, outcome);
        CREATE INDEX ON enclavia.push (repository, outcome, id DESC) WHERE outcome <> 'succeeded';
        CREATE INDEX ON enclavia.push (repository, tag, pushed_at DESC, id DESC)
            INCLUDE (owner) WHERE outcome = 'succeeded';
        CREATE INDEX ON enclavia.push (outcome, id DESC) WHERE outcome <> 'succeeded';
        CREATE INDEX ON enclavia.push (notify_outcome, id DESC) WHERE notify_outcome <> 'delivered';
        CREATE INDEX ON enclavia.push (tag, id DESC);
        -- Texts of any length; an index takes no row of more than 2,704 bytes.
        CREATE INDEX ON enclavia.push (left(context_host, 200), id DESC);
        CREATE INDEX ON enclavia.push (left(context_user, 200), id DESC);
        CREATE INDEX ON enclavia.push (left(context_ci_actor, 200), id DESC);
        CREATE INDEX ON enclavia.push (left(image_revision, 200))
            WHERE image_revision IS DISTINCT FROM context_git_commit;
        CREATE INDEX ON enclavia.push (digest);
        CREATE INDEX ON enclavia.push (context_git_commit);
        CREATE INDEX ON enclavia.push USING gin (labels jsonb_path_ops);
        CREATE INDEX ON enclavia.push (right(id::text, 6));

        -- The record of a push, or a result of its notification, that is told otherwise in "push".
        CREATE TABLE enclavia.dispute (
            id uuid NOT NULL,
            chain bigint NOT NULL,
            seq bigint NOT NULL,
            record jsonb NOT NULL,
            writer name NOT NULL,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (id, chain, seq)
        );

        """

    static let partitions = """
        -- The least id of a push that began at a time.
        CREATE FUNCTION enclavia.floor(t timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$
            SELECT (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        $$;

        -- Adds the quarter after the last one. There is no DEFAULT partition, which would forbid
        -- DETACH PARTITION ... CONCURRENTLY: times of wrong clocks go to the partitions at both ends.
        CREATE PROCEDURE enclavia.add_quarter() LANGUAGE plpgsql AS $$
        DECLARE
            a timestamptz := (SELECT value FROM enclavia.meta WHERE key = 'next_quarter');
            b timestamptz := date_trunc('quarter', a + interval '100 days', 'UTC');
            name text := to_char(a AT TIME ZONE 'UTC', 'YYYY"q"Q');
        BEGIN
            ALTER TABLE enclavia.push DETACH PARTITION enclavia.push_after;
            ALTER TABLE enclavia.segment DETACH PARTITION enclavia.segment_after;
            EXECUTE format('CREATE TABLE enclavia.push_%s PARTITION OF enclavia.push
                FOR VALUES FROM (%L) TO (%L)', name, enclavia.floor(a), enclavia.floor(b));
            EXECUTE format('CREATE TABLE enclavia.segment_%s PARTITION OF enclavia.segment
                FOR VALUES FROM (%L) TO (%L)', name, a, b);
            WITH moved AS (DELETE FROM enclavia.push_after WHERE id < enclavia.floor(b) RETURNING *)
            INSERT INTO enclavia.push SELECT * FROM moved;
            WITH moved AS (DELETE FROM enclavia.segment_after WHERE at < b RETURNING *)
            INSERT INTO enclavia.segment SELECT * FROM moved;
            EXECUTE format('ALTER TABLE enclavia.push ATTACH PARTITION enclavia.push_after
                FOR VALUES FROM (%L) TO (MAXVALUE)', enclavia.floor(b));
            EXECUTE format('ALTER TABLE enclavia.segment ATTACH PARTITION enclavia.segment_after
                FOR VALUES FROM (%L) TO (MAXVALUE)', b);
            UPDATE enclavia.meta SET value = b::text WHERE key = 'next_quarter';
        END $$;

        DO $$
        DECLARE
            a timestamptz := date_trunc('quarter', now() - interval '2 years', 'UTC');
        BEGIN
            EXECUTE format('CREATE TABLE enclavia.push_before PARTITION OF enclavia.push
                FOR VALUES FROM (MINVALUE) TO (%L)', enclavia.floor(a));
            EXECUTE format('CREATE TABLE enclavia.push_after PARTITION OF enclavia.push
                FOR VALUES FROM (%L) TO (MAXVALUE)', enclavia.floor(a));
            EXECUTE format('CREATE TABLE enclavia.segment_before PARTITION OF enclavia.segment
                FOR VALUES FROM (MINVALUE) TO (%L)', a);
            EXECUTE format('CREATE TABLE enclavia.segment_after PARTITION OF enclavia.segment
                FOR VALUES FROM (%L) TO (MAXVALUE)', a);
            INSERT INTO enclavia.meta VALUES ('next_quarter', a::text);
            WHILE (SELECT value::timestamptz FROM enclavia.meta WHERE key = 'next_quarter')
                < now() + interval '5 years' LOOP
                CALL enclavia.add_quarter();
            END LOOP;
        END $$;

        """
}
