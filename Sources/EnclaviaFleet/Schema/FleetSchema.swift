/// The schema of the shared history on a PostgreSQL server, as SQL.
///
/// Its tables and their columns are an interface, which auditors query. Functions whose names begin with `enclavia.`
/// are what clients call; a client checks the version, and never changes the schema.
package enum FleetSchema {
    /// The version, in `enclavia.meta`.
    package static let version = 1
    /// The oldest PostgreSQL that has what the schema uses.
    package static let oldestServer = 15

    /// What the owner of a database runs once, in one transaction.
    package static var sql: String {
        [heading, tables, partitions, records, ingest, reading, roles].joined(separator: "\n")
    }

    private static let heading = """
        -- The shared history of enclavia, version \(version). Run it once, as the owner of the database:
        --   enclavia schema postgresql | psql -1 -v ON_ERROR_STOP=1 -d DATABASE
        -- It changes nothing outside of the schema "enclavia", but that it makes two roles if they are missing:
        -- enclavia_writer, for the machines that push, and enclavia_auditor, for who reads.

        DO $$ BEGIN
            IF current_setting('server_version_num')::int < \(oldestServer)0000 THEN
                RAISE 'the shared history needs PostgreSQL \(oldestServer) or newer, not %', current_setting('server_version');
            END IF;
            IF current_setting('server_encoding') <> 'UTF8' THEN
                RAISE 'the database has the encoding %: the shared history needs UTF8', current_setting('server_encoding');
            END IF;
        END $$;

        CREATE SCHEMA enclavia;
        CREATE TABLE enclavia.meta (key text PRIMARY KEY, value text NOT NULL);
        INSERT INTO enclavia.meta VALUES ('version', '\(version)'), ('minimum_writer', '1');

        """
}
