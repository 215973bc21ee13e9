import EnclaviaCore

extension FleetSchema {
    private static let columns = FleetColumn.all.map(\.name)

    static let records = """
        -- An event's text as JSON, with U+FFFD in place of U+0000, which jsonb refuses.
        CREATE FUNCTION enclavia.json_of(line text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT (CASE WHEN strpos(line, '\\u0000') = 0 THEN line
                ELSE regexp_replace(line, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1\\\\ufffd', 'g') END)::jsonb
        $$;

        -- A record in JSON as a row of "push".
        CREATE FUNCTION enclavia.row_of(r jsonb, chain bigint, seq bigint, ended_seq bigint, relayed boolean,
            writer name)
        RETURNS SETOF enclavia.push LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
            SELECT
                \(FleetColumn.all.map(\.expression).joined(separator: ",\n        ")),
                chain, seq, ended_seq, relayed, writer
        $$;

        -- What a row says but for who sent it and how it came; and, if "is_older", but for its notification.
        CREATE FUNCTION enclavia.content(p enclavia.push, is_older boolean) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT to_jsonb(p) - '{chain,seq,ended_seq,relayed,writer,origin_imported_at,origin_host}'::text[]
                - CASE WHEN is_older THEN '{revision,\(notificationColumns.joined(separator: ","))}'
                    ELSE '{}' END::text[]
        $$;

        CREATE TYPE enclavia.told AS (id uuid, seq bigint, ended_seq bigint, relayed boolean, record jsonb,
            notify jsonb, notified bigint);

        -- What events tell of each push: the last whole record, with the result of a notification after it; or that
        -- result alone. Whoever sent the events cannot add anything: all of it is from texts that were hashed.
        CREATE FUNCTION enclavia.records_of(v_first bigint, v_texts text[])
        RETURNS SETOF enclavia.told
        LANGUAGE sql STABLE AS $$
            WITH event AS MATERIALIZED (
                SELECT (e ->> 'subject')::uuid AS id, line.seq, e ->> 'type' AS type, e -> 'data' AS data
                FROM (
                    SELECT v_first + place - 1 AS seq, enclavia.json_of(text) AS e
                    FROM unnest(v_texts) WITH ORDINALITY AS t(text, place)
                    -- Only to parse few: the type counts, which is checked below.
                    WHERE strpos(text, '"type":"io.enclavia.push.finished"') > 0
                        OR strpos(text, '"type":"io.enclavia.push.notified"') > 0
                        OR strpos(text, '"type":"io.enclavia.push.imported"') > 0
                        OR strpos(text, '"type":"io.enclavia.history.reconciled"') > 0
                    -- Else each text would be parsed three times.
                    OFFSET 0
                ) AS line
            ), whole AS (
                SELECT DISTINCT ON (event.id) * FROM event
                WHERE type IN ('io.enclavia.push.finished', 'io.enclavia.push.imported', 'io.enclavia.history.reconciled')
                    AND data -> 'push' ->> 'id' = event.id::text
                ORDER BY event.id, event.seq DESC
            ), later AS (
                SELECT DISTINCT ON (event.id) event.id, event.seq, event.data -> 'notify' AS notify,
                    count(*) OVER (PARTITION BY event.id) AS number
                FROM event LEFT JOIN whole ON whole.id = event.id
                WHERE event.type = 'io.enclavia.push.notified' AND (whole.seq IS NULL OR event.seq > whole.seq)
                ORDER BY event.id, event.seq DESC
            )
            SELECT coalesce(whole.id, later.id), coalesce(later.seq, whole.seq), whole.seq,
                whole.type = 'io.enclavia.push.imported',
                CASE WHEN later.id IS NULL THEN whole.data -> 'push' ELSE whole.data -> 'push'
                    || jsonb_build_object('notify', later.notify,
                        'revision', (whole.data -> 'push' ->> 'revision')::bigint + later.number) END,
                later.notify, later.number
            FROM whole FULL JOIN later ON later.id = whole.id
        $$;

        -- Whether "v_chain" has the event at "v_seq" of "v_other": it is that chain, or a branch that begins later.
        CREATE FUNCTION enclavia.continues(v_chain bigint, v_other bigint, v_seq bigint) RETURNS boolean
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            WITH RECURSIVE line AS (
                SELECT num, parent, fork_seq, 9223372036854775807 AS through
                    FROM enclavia.chain WHERE num = v_chain
                UNION ALL
                SELECT c.num, c.parent, c.fork_seq, least(line.through, line.fork_seq)
                    FROM line JOIN enclavia.chain AS c ON c.num = line.parent
            )
            SELECT EXISTS (SELECT FROM line WHERE num = v_other AND v_seq <= through)
        $$;

        -- Updates the records by the events of one batch. What a chain tells of its own push comes before what another
        -- relays; then the higher revision counts; what a chain tells of another's push is kept as a dispute.
        CREATE FUNCTION enclavia.project(v_chain bigint, v_first bigint, v_texts text[]) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            told enclavia.told[];
            known enclavia.push;
            told_row enclavia.push;
            t enclavia.told;
            wins boolean;
            is_older boolean;
        BEGIN
            told := ARRAY(SELECT r::enclavia.told FROM enclavia.records_of(v_first, v_texts) AS r);
            WITH taken AS (
                INSERT INTO enclavia.push
                SELECT q.* FROM unnest(told) AS n,
                    enclavia.row_of(n.record, v_chain, n.seq, n.ended_seq, n.relayed, session_user) AS q
                WHERE n.record IS NOT NULL
                ON CONFLICT (id) DO NOTHING
                RETURNING id
            )
            SELECT ARRAY(SELECT n FROM unnest(told) AS n WHERE n.record IS NULL
                OR NOT EXISTS (SELECT FROM taken WHERE taken.id = n.id)) INTO told;
            -- Of pushes that are here already, one by one: few, and a lookup by a value opens one partition.
            FOREACH t IN ARRAY told LOOP
                SELECT p.* INTO known FROM enclavia.push AS p WHERE p.id = t.id FOR UPDATE;
                CONTINUE WHEN NOT FOUND;
                IF t.record IS NULL THEN
                    SELECT q.* INTO told_row FROM enclavia.row_of(
                        jsonb_build_object('notify', t.notify), v_chain, t.seq, t.seq, false, session_user) AS q;
                    IF enclavia.continues(v_chain, known.chain, known.seq) THEN
                        UPDATE enclavia.push AS p SET revision = p.revision + t.notified, chain = v_chain,
                            seq = t.seq, \(notification) WHERE p.id = t.id;
                    ELSE
                        INSERT INTO enclavia.dispute (id, chain, seq, record, writer)
                        VALUES (t.id, v_chain, t.seq, jsonb_build_object('notify', t.notify), session_user)
                        ON CONFLICT DO NOTHING;
                    END IF;
                    CONTINUE;
                END IF;
                SELECT q.* INTO told_row FROM enclavia.row_of(
                    t.record, v_chain, t.seq, t.ended_seq, t.relayed, session_user) AS q;
                wins := (known.relayed AND NOT t.relayed)
                    OR (known.relayed = t.relayed AND told_row.revision > known.revision
                        AND (t.relayed OR enclavia.continues(v_chain, known.chain, known.seq)));
                -- What another chain told, or tells now, and is not what the record will be. A lower revision may lack
                -- the result of the notification.
                is_older := CASE WHEN wins THEN known.revision < told_row.revision
                    ELSE told_row.revision < known.revision END;
                IF known.chain <> v_chain AND NOT enclavia.continues(v_chain, known.chain, known.seq)
                    AND enclavia.content(known, is_older) IS DISTINCT FROM enclavia.content(told_row, is_older) THEN
                    INSERT INTO enclavia.dispute (id, chain, seq, record, writer)
                    VALUES (t.id, CASE WHEN wins THEN known.chain ELSE v_chain END,
                        CASE WHEN wins THEN known.seq ELSE t.seq END,
                        CASE WHEN wins THEN to_jsonb(known) ELSE t.record END,
                        CASE WHEN wins THEN known.writer ELSE session_user END)
                    ON CONFLICT DO NOTHING;
                END IF;
                IF wins THEN
                    UPDATE enclavia.push AS p SET
                        \(columns.filter { $0 != "id" }.map { "\($0) = told_row.\($0)" }.joined(separator: ", ")),
                        chain = v_chain, seq = t.seq, relayed = t.relayed, writer = session_user,
                        ended_seq = CASE WHEN known.digest IS NOT NULL
                            AND enclavia.continues(v_chain, known.chain, known.seq)
                            THEN known.ended_seq ELSE t.ended_seq END
                    WHERE p.id = t.id;
                END IF;
            END LOOP;
        END $$;

        """

    private static var notificationColumns: [String] {
        RecordField.all.filter { $0.path.first == "notify" }.map(\.name)
    }

    /// Sets the columns of the notification.
    private static var notification: String {
        notificationColumns.map { "\($0) = told_row.\($0)" }.joined(separator: ", ")
    }
}
