extension FleetSchema {
    /// The longest text of an event, in bytes: a record's texts are arguments of one command, which Linux limits to
    /// 2 MiB (`getconf ARG_MAX`), and JSON may double them.
    private static let longestEvent = 4 << 20

    static let ingest = """
        -- Takes one batch of a chain, all of it or nothing: consecutive events, each with the SHA-256 of its text. A
        -- batch that is here already changes nothing. "o_taken" is how many of the events are new. Codes of refusals:
        -- EN400 malformed, EN404 unknown chain, EN409 events between are missing, EN412 another history.
        CREATE FUNCTION enclavia.ingest(v_genesis bytea, v_chain bigint, v_first bigint, v_prev bytea,
            v_hashes bytea, v_lines text, OUT o_chain bigint, OUT o_last bigint, OUT o_taken bigint)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        SET standard_conforming_strings = on SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
        DECLARE
            n bigint := length(v_hashes) / 32;
            texts text[] := CASE WHEN v_lines = '' THEN ARRAY[''] ELSE string_to_array(v_lines, E'\\n') END;
            c enclavia.chain;
            h bytea := v_prev;
            line text;
            own bytea;
            k bigint := 0;
            known bigint := 0;
        BEGIN
            IF n < 1 OR n > 20000 OR n * 32 <> length(v_hashes) OR cardinality(texts) <> n OR v_first < 1
                OR length(v_prev) <> 32 THEN
                RAISE 'malformed batch' USING ERRCODE = 'EN400';
            END IF;
            IF v_first = 1 THEN
                IF v_prev <> decode(repeat('00', 32), 'hex') THEN
                    RAISE 'the first event follows nothing' USING ERRCODE = 'EN400';
                END IF;
                v_genesis := sha256(v_prev || substr(v_hashes, 1, 32));
                INSERT INTO enclavia.chain (genesis, last_seq, head) VALUES (v_genesis, 0, v_prev)
                ON CONFLICT DO NOTHING;
            END IF;
            SELECT t.* INTO c FROM enclavia.chain AS t WHERE t.writer = session_user AND t.genesis = v_genesis
                AND (CASE WHEN v_chain IS NULL THEN t.fork_seq = 0 ELSE t.num = v_chain END) FOR UPDATE;
            IF NOT FOUND THEN
                RAISE 'unknown chain' USING ERRCODE = 'EN404';
            ELSIF v_first > c.last_seq + 1 THEN
                RAISE 'events % to % are missing', c.last_seq + 1, v_first - 1 USING ERRCODE = 'EN409';
            ELSIF v_first = c.last_seq + 1 AND v_prev <> c.head THEN
                RAISE 'another history before %', v_first USING ERRCODE = 'EN412';
            END IF;
            FOREACH line IN ARRAY texts LOOP
                own := substr(v_hashes, (k * 32 + 1)::int, 32);
                IF octet_length(line) > \(longestEvent) THEN
                    RAISE 'event % is too long', v_first + k USING ERRCODE = 'EN400';
                ELSIF line <> '' AND sha256(convert_to(line, 'UTF8')) <> own THEN
                    RAISE 'event % is not what was hashed', v_first + k USING ERRCODE = 'EN400';
                END IF;
                h := sha256(h || own);
                k := k + 1;
                IF c.fork_seq > 0 AND v_first + k - 1 = c.fork_seq + 1 AND h <> c.fork_hash THEN
                    RAISE 'another branch than that of %', c.fork_seq USING ERRCODE = 'EN412';
                END IF;
                IF v_first + k - 1 = c.last_seq THEN
                    IF h <> c.head THEN
                        RAISE 'another history at or before %', c.last_seq USING ERRCODE = 'EN412';
                    END IF;
                    known := k;
                END IF;
            END LOOP;
            o_chain := c.num;
            o_last := v_first + n - 1;
            IF o_last <= c.last_seq THEN
                IF enclavia.hash_at(c.num, o_last) IS DISTINCT FROM h THEN
                    RAISE 'another history at or before %', o_last USING ERRCODE = 'EN412';
                END IF;
                o_last := c.last_seq;
                o_taken := 0;
                RETURN;
            END IF;
            o_taken := n - known;
            texts := texts[known + 1 :];
            INSERT INTO enclavia.segment (chain, first_seq, last_seq, prev, head, hashes, lines)
            VALUES (c.num, c.last_seq + 1, o_last, c.head, h, substr(v_hashes, (known * 32 + 1)::int),
                array_to_string(texts, E'\\n'));
            PERFORM enclavia.project(c.num, c.last_seq + 1, texts);
            UPDATE enclavia.chain SET last_seq = o_last, head = h, synced_at = clock_timestamp() WHERE num = c.num;
        END $$;

        -- Begins a branch of a chain of the caller's after an event, unless it is there: "v_next" is the hash at its
        -- first event.
        CREATE FUNCTION enclavia.branch(v_genesis bytea, v_parent bigint, v_seq bigint, v_hash bytea, v_next bytea)
        RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            found_num bigint;
        BEGIN
            IF v_seq < 1 OR length(v_next) <> 32
                OR NOT EXISTS (SELECT FROM enclavia.chain
                    WHERE num = v_parent AND genesis = v_genesis AND writer = session_user)
                OR enclavia.hash_at(v_parent, v_seq) IS DISTINCT FROM v_hash
                OR enclavia.hash_at(v_parent, v_seq + 1) IS NOT DISTINCT FROM v_next THEN
                RAISE 'nothing in common at %', v_seq USING ERRCODE = 'EN412';
            END IF;
            INSERT INTO enclavia.chain (genesis, parent, fork_seq, fork_hash, last_seq, head)
            VALUES (v_genesis, v_parent, v_seq, v_next, v_seq, v_hash) ON CONFLICT DO NOTHING;
            SELECT num INTO found_num FROM enclavia.chain
                WHERE writer = session_user AND genesis = v_genesis AND fork_seq = v_seq AND fork_hash = v_next;
            RETURN found_num;
        END $$;

        """

    static let reading = """
        -- The versions, and where a chain stands: the longest branch that begins with one of the caller's own events,
        -- else the chain itself. "num" is null where the server does not know the chain.
        CREATE FUNCTION enclavia.position(v_genesis bytea, v_seqs bigint[], v_nexts bytea[],
            OUT version int, OUT minimum_writer int, OUT num bigint, OUT fork_seq bigint, OUT last_seq bigint,
            OUT head bytea)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            SELECT (SELECT value::int FROM enclavia.meta WHERE key = 'version'),
                (SELECT value::int FROM enclavia.meta WHERE key = 'minimum_writer'),
                c.num, c.fork_seq, c.last_seq, c.head
            FROM (VALUES (1)) AS one LEFT JOIN (
                (SELECT 0::bigint AS seq, ''::bytea AS next UNION ALL SELECT * FROM unnest(v_seqs, v_nexts)) AS own
                JOIN enclavia.chain AS c
                    ON c.writer = session_user AND c.genesis = v_genesis AND c.fork_seq = own.seq
                        AND c.fork_hash = own.next) ON true
            ORDER BY c.fork_seq DESC NULLS LAST LIMIT 1
        $$;

        -- After which events the branches of a chain begin.
        CREATE FUNCTION enclavia.fork_points(v_genesis bytea) RETURNS SETOF bigint
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            SELECT DISTINCT fork_seq FROM enclavia.chain
            WHERE writer = session_user AND genesis = v_genesis AND fork_seq > 0 ORDER BY fork_seq
        $$;

        -- The hash of one of the caller's chains at an event; null where it has none there.
        CREATE FUNCTION enclavia.hash_at(v_chain bigint, v_seq bigint) RETURNS bytea
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            s enclavia.segment;
            h bytea;
            k bigint := v_chain;
        BEGIN
            IF NOT EXISTS (SELECT FROM enclavia.chain WHERE num = v_chain AND writer = session_user) THEN
                RETURN NULL;
            END IF;
            LOOP
                SELECT * INTO s FROM enclavia.segment AS g
                    WHERE g.chain = k AND g.first_seq <= v_seq ORDER BY g.first_seq DESC LIMIT 1;
                EXIT WHEN FOUND AND s.last_seq >= v_seq;
                SELECT c.parent INTO k FROM enclavia.chain AS c WHERE c.num = k AND c.fork_seq >= v_seq;
                IF k IS NULL THEN RETURN NULL; END IF;
            END LOOP;
            h := s.prev;
            FOR i IN 0 .. (v_seq - s.first_seq)::int LOOP
                h := sha256(h || substr(s.hashes, i * 32 + 1, 32));
            END LOOP;
            RETURN h;
        END $$;

        """

    static let roles = """
        REVOKE ALL ON ALL FUNCTIONS IN SCHEMA enclavia FROM PUBLIC;
        REVOKE ALL ON ALL PROCEDURES IN SCHEMA enclavia FROM PUBLIC;
        DO $$
        DECLARE
            steps text := (SELECT string_agg(format('CREATE ROLE %s NOLOGIN ADMIN %I', missing, current_user), '; ')
                FROM unnest(ARRAY['enclavia_writer', 'enclavia_auditor']) AS missing
                WHERE to_regrole(missing) IS NULL);
        BEGIN
            IF steps IS NOT NULL THEN
                EXECUTE steps;
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE 'roles are missing: an operator who may create roles runs: %', steps;
        END $$;
        GRANT USAGE ON SCHEMA enclavia TO enclavia_writer, enclavia_auditor;
        GRANT EXECUTE ON FUNCTION enclavia.position, enclavia.fork_points, enclavia.hash_at, enclavia.branch,
            enclavia.ingest TO enclavia_writer;
        GRANT EXECUTE ON FUNCTION enclavia.floor TO enclavia_auditor;
        GRANT SELECT ON ALL TABLES IN SCHEMA enclavia TO enclavia_auditor;

        """
}
