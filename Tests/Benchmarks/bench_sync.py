"""How fast a history reaches a server, in the environment of `enclavia-sandbox run --postgresql`."""
import itertools
import os
import pathlib
import shutil
import subprocess
import sys

from measure import Command, pair
from report import compared

COUNT = 20_000
HERE = pathlib.Path(__file__).resolve().parent


def rows(enclavia, rounds, folder):
    folder = pathlib.Path(folder)
    server = Server(enclavia, folder)
    environment = {**os.environ, "ENCLAVIA_STATE_DIR": str(folder / "synced")}
    lines = folder / "synced.jsonl"
    with open(lines, "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, HERE / "make-history.py", str(COUNT)], stdout=file,
                       check=True)
    Command([enclavia, "history", "import", str(lines)], environment).run()

    def sync(prepare):
        return Command([enclavia, "history", "sync", server.url("ours", "member")], environment,
                       prepare=prepare)

    bulk = sync(lambda: server.make("ours"))
    bulk.run()
    copies = server.copies("ours")
    samples = pair(bulk, Command(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", server.url("theirs"), *copies], environment,
        prepare=lambda: server.make("theirs")), min(rounds, 5))
    if server.count("ours") != COUNT or server.count("theirs") != COUNT:
        raise SystemExit("bench: not every push arrived")
    found = [compared(f"history sync, {COUNT:,} records", "psql \\copy of the same rows", samples,
                      6.0, 64)]
    dump = Command(
        ["sh", "-c", 'pg_dump "$1" | psql -Xq -v ON_ERROR_STOP=1 "$2"', "sh", server.url("kept"),
         server.url("theirs")], environment, prepare=lambda: server.make("theirs", "template1"))
    server.make("kept", "ours")
    samples = pair(bulk, dump, min(rounds, 5))
    found.append(compared(f"history sync, {COUNT:,} records, and pg_dump", "pg_dump | psql",
                          samples, 1.0))

    numbers = itertools.count()

    def push():
        # It is not logged in, so that each attempt is a record.
        nowhere = {**environment, "ENCLAVIA_BACKEND_URL": "http://127.0.0.1:1"}
        result = subprocess.run([enclavia, "push", "app:v1", f"app:v{next(numbers)}"], env=nowhere,
                                capture_output=True, check=False)
        if result.returncode == 0:
            raise SystemExit("bench: a push without a login succeeded")

    samples = pair(sync(push), Command(["psql", "-XqAt", server.url("ours"), "-c", "SELECT 1"],
                                       environment), rounds)
    found.append(compared("history sync of one push", "psql -c 'SELECT 1'", samples, 2.0))
    newest = Command([enclavia, "history", "--from", server.url("ours"), "--limit", "20", "--format",
                      "jsonl"], environment)
    query = Command(
        ["psql", "-XqAt", server.url("ours"), "-c",
         "SELECT to_jsonb(p) FROM enclavia.push AS p ORDER BY started_at DESC, id DESC LIMIT 20"],
        environment)
    samples = pair(newest, query, rounds)
    shutil.rmtree(folder / "synced")
    return found + [compared(f"history --from, 20 of {COUNT:,} records", "psql, the same query",
                             samples, 5.0, 64)]


class Server:
    """The sandbox's server, with databases of its own."""

    def __init__(self, enclavia, folder):
        self.owner = os.environ["ENCLAVIA_SANDBOX_POSTGRESQL"]
        self.folder = folder
        self.make("pattern", "template1")
        schema = subprocess.run([enclavia, "schema", "postgresql"], capture_output=True, check=True)
        subprocess.run(["psql", "-Xq1", "-v", "ON_ERROR_STOP=1", self.url("pattern")],
                       input=schema.stdout, check=True)

    def url(self, database, role="owner"):
        return self.owner.replace("/history?", f"/{database}?").replace("owner@", f"{role}@")

    def query(self, database, *statements):
        words = [word for statement in statements for word in ("-c", statement)]
        return subprocess.run(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.url(database), *words],
            capture_output=True, text=True, check=True).stdout

    def make(self, name, pattern="pattern"):
        self.query("postgres", f"DROP DATABASE IF EXISTS {name}",
                   f"CREATE DATABASE {name} TEMPLATE {pattern}")

    def count(self, database):
        return int(self.query(database, "SELECT count(*) FROM enclavia.push"))

    def copies(self, database):
        """Copies the tables to files, and returns what psql needs to copy them back."""
        words = []
        for table in ("chain", "segment", "push"):
            file = self.folder / f"{table}.copy"
            columns = self.query(database, f"""
                SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
                WHERE attrelid = 'enclavia.{table}'::regclass AND attnum > 0""").strip()
            self.query(database, f"\\copy (SELECT {columns} FROM enclavia.{table}) TO '{file}'")
            words += ["-c", f"\\copy enclavia.{table} ({columns}) FROM '{file}'"]
        return words
