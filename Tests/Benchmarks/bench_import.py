"""How fast an import is, against SQLite alone: the same rows, schema, indexes and transactions."""
import shutil

from measure import Command, pair, say
from report import compared

# The importer's transactions: between two of them it pauses for 10 ms.
TRANSACTIONS = """
    SELECT count(*) + 1 FROM (
        SELECT julianday(time) - lag(julianday(time)) OVER (ORDER BY time) AS pause
        FROM (SELECT DISTINCT time FROM event))
    WHERE pause > 0.009 / 86400
"""
# Generated columns cannot be inserted.
COLUMNS = """
    SELECT t.name, t.wr, group_concat(c.name, ', ')
    FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.hidden = 0
    GROUP BY t.name ORDER BY (SELECT rowid FROM sqlite_master WHERE name = t.name)
"""
SCHEMA = """
    SELECT sql || ';' FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid
"""
# The settings of the store's own writing connection.
SETTINGS = """
    PRAGMA journal_mode = WAL; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 4194304; PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096;
"""


def run(setting, report, count):
    """Measures the import that makes the largest store; once, if it takes a minute."""
    say(f"importing {count:,} records")
    lines = setting.records(count, count)
    target = setting.folder / "counterpart.db"
    script = setting.folder / "counterpart.sql"

    def begin():
        shutil.rmtree(setting.state(count), ignore_errors=True)

    def write_script():
        remove(setting)
        with open(script, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in statements(setting, count))

    ours = setting.command(count, "history", "import", str(lines), prepare=begin)
    theirs = Command(["sqlite3", "-bail", str(target), f".read {script}"], setting.base,
                     prepare=write_script)
    samples = pair(ours, theirs, min(setting.rounds, 5), seconds=60)
    lines.unlink()
    check(setting, count, target)
    remove(setting)
    report.add(compared(
        f"history import, {count:,} records", "sqlite3, the same rows in the same transactions",
        samples, 2.0, 64))


def remove(setting):
    for path in setting.folder.glob("counterpart*"):
        path.unlink()


def statements(setting, count):
    """The script that fills a new database from the finished store."""
    tables = [line.split("|") for line in setting.answer(count, COLUMNS).splitlines()]
    batches = int(setting.answer(count, TRANSACTIONS))
    last = {name: int(setting.answer(count, f"SELECT max({name}) FROM {table}"))
            for name, table in (("seq", "event"), ("num", "push"))}
    rows, sources, rest = [], {}, []
    for table, without_rowid, columns in tables:
        key = next((name for name in columns.split(", ") if name in last), None)
        if key is None:
            rest.append(insert(table, columns))
            continue
        rows.append((table, columns, key))
        if without_rowid == "1":
            sources[table] = key
    yield SETTINGS
    yield f"ATTACH 'file:{setting.database(count)}?mode=ro' AS source;"
    yield f"ATTACH '{by_number(setting, count, sources)}' AS sorted;"
    yield f"BEGIN; {setting.answer(count, SCHEMA)} COMMIT;"
    for batch in range(batches):
        yield "BEGIN IMMEDIATE;"
        for table, columns, key in rows:
            low, high = (last[key] * number // batches for number in (batch, batch + 1))
            yield insert(table, columns, "sorted" if table in sources else "source",
                         f"WHERE {key} > {low} AND {key} <= {high}")
        yield "COMMIT;"
    # Each row of a summary once, although the importer updates it in each transaction.
    yield from ["BEGIN IMMEDIATE;", *rest, "COMMIT;"]


def insert(table, columns, source="source", condition=""):
    return (f"INSERT INTO main.{table} ({columns})"
            f" SELECT {columns} FROM {source}.{table} {condition};")


def by_number(setting, count, tables):
    """Copies tables that are not stored by number, so that a batch is read without a scan."""
    copy = setting.folder / "counterpart-source.db"
    text = [f"ATTACH 'file:{setting.database(count)}?mode=ro' AS source;"]
    for table, key in tables.items():
        text += [f"CREATE TABLE {table} AS SELECT * FROM source.{table} ORDER BY {key};",
                 f"CREATE INDEX {table}_{key} ON {table} ({key});"]
    Command(["sqlite3", "-bail", str(copy), "\n".join(text)], setting.base).run()
    return copy


def check(setting, count, target):
    """Ends the run if the counterpart has other rows than the store."""
    for table in ("event", "push", "push_json", "push_label", "reference"):
        query = f"SELECT count(*) FROM {table}"
        other = Command(["sqlite3", "-readonly", str(target), query], setting.base).output()
        if setting.answer(count, query) != other:
            raise SystemExit(f"bench: the counterpart of the import has other rows in {table}")
