#!/usr/bin/env python3
"""Measures enclavia against counterparts that do the same work, side by side in one run.

usage: bench.py [--pushes N] [--rounds N] [--json FILE]   (best by `make bench`)

Ratios are medians of interleaved pairs. What is wanted of each row stands beside it; a row that
misses it is marked, and the exit code is 0 all the same, since a busy machine is no defect.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

from measure import once, pair

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / ".build" / "release"
FLAT = "SELECT * FROM push_v1"


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = pathlib.Path(folder)
        self.rows = []
        self.enclavia = str(self.folder / "enclavia")
        shutil.copy(BUILD / "enclavia", self.enclavia)
        subprocess.run(["strip", self.enclavia], check=True)
        self.base = {**os.environ, "HOME": str(self.folder), "TZ": "UTC"}

    def environment(self, state):
        return {**self.base, "ENCLAVIA_STATE_DIR": str(state), "ENCLAVIA_EVENT_LOG": "off"}

    def store(self, count):
        """A store with that many pushes, taken in from a generated file."""
        state, lines = self.folder / f"state{count}", self.folder / f"corpus{count}.jsonl"
        say(f"making a store of {count} pushes")
        subprocess.run([HERE / "corpus.py", str(count), lines], check=True)
        once([self.enclavia, "history", "import", str(lines)], self.environment(state))
        return state, lines

    def row(self, name, against, samples, wanted, memory=None):
        ours, theirs = samples
        ratio = ours.median / theirs.median
        self.rows.append({
            "path": name, "against": against, "ours_ms": round(ours.median * 1000, 2),
            "theirs_ms": round(theirs.median * 1000, 2), "ratio": round(ratio, 2),
            "spread": round(max(ours.spread, theirs.spread), 2), "wanted": wanted,
            "met": wanted is None or (ratio <= wanted
                                      and (memory is None or ours.peak <= memory * 1024)),
            "peak_mib": round(ours.peak / 1024, 1), "peak_wanted_mib": memory,
        })
        say(f"{name}: {ratio:.2f} x {against}")

    def sqlite(self, state, query, *flags):
        return ["sqlite3", "-readonly", *flags, str(state / "history.db"), query]

    def tab(self, stores):
        large = max(stores)
        query = "SELECT repository || ':' FROM repository_recent LIMIT 200"
        names = self.sqlite(stores[large][0], "SELECT name FROM sqlite_master")
        tables = subprocess.run(names, capture_output=True, text=True, check=True).stdout.split()
        if "repository_recent" not in tables:
            query = ("SELECT DISTINCT repository || ':' FROM reference"
                     " ORDER BY started_at DESC LIMIT 200")
        words = [self.enclavia, "__complete", "push", "app:dev", ""]
        self.row(f"TAB, {large} pushes", "the sqlite3 shell, same query", pair(
            words, self.sqlite(stores[large][0], query), self.options.rounds * 5,
            self.environment(stores[large][0])), 2.5)
        for count in sorted(stores)[1:]:
            least = min(stores)
            self.row(f"TAB, {count} pushes", f"itself, {least} pushes", pair(
                words_in(words, stores[count][0]), words_in(words, stores[least][0]),
                self.options.rounds * 5, self.base), 1.2)
        for other in (["docker", "__complete", "push", ""], ["podman", "__complete", "push", ""],
                      ["docker", "--version"], ["/bin/true"]):
            if shutil.which(other[0]):
                self.row("TAB", " ".join(other).strip(), pair(
                    words, other, self.options.rounds * 2,
                    self.environment(stores[large][0])), None)

    def history(self, state, count):
        table = [self.enclavia, "history", "--format"]
        newest = "ORDER BY started_at DESC, id DESC LIMIT 20"
        environment = self.environment(state)
        self.row(f"history --limit 20, {count} pushes", "sqlite3 on push_v1", pair(
            table + ["json", "--limit", "20"], self.sqlite(state, f"{FLAT} {newest}", "-json"),
            self.options.rounds, environment), 5)
        self.row(f"history --repository --outcome --limit 20, {count} pushes",
                 "sqlite3 on push_v1", pair(
            table + ["json", "--limit", "20", "--repository", "app007", "--outcome", "failed"],
            self.sqlite(
                state, f"{FLAT} WHERE repository = 'app007' AND outcome = 'failed' {newest}",
                "-json"), self.options.rounds, environment), 5)
        self.row(f"history --format jsonl, {count} pushes", "sqlite3 -json on push_v1", pair(
            table + ["jsonl"], self.sqlite(state, FLAT, "-json"), 3, environment), 1.0, 64)
        self.row(f"history export, {count} pushes", "sqlite3 -json on push_v1", pair(
            [self.enclavia, "history", "export"], self.sqlite(state, FLAT, "-json"), 3,
            environment), None, 64)
        bytes_file = self.folder / "events"
        with open(bytes_file, "wb") as file:
            once(self.sqlite(state, "SELECT data FROM event"), environment, file)
        self.row(f"history verify, {count} pushes", "sha256sum of the events' bytes", pair(
            [self.enclavia, "history", "verify"], ["sha256sum", str(bytes_file)], 3,
            environment), 5)

    def imports(self, lines, count):
        fields = ["id", "revision", "reference", "digest", "started_at", "outcome", "repository",
                  "tag", "owner", "notify.outcome", "context.host", "context.user",
                  "context.git_commit"]
        extract = ", ".join(f"json_extract(line, '$.{field}')" for field in fields)
        script = (f".mode ascii\n.separator \\037 \\n\nCREATE TEMP TABLE raw(line);\n"
                  f".import {lines} raw\nCREATE TABLE push AS SELECT {extract} FROM raw;\n")
        target, state = self.folder / "plain.db", self.folder / "imported"

        def clean():
            shutil.rmtree(state, ignore_errors=True)
            target.unlink(missing_ok=True)

        file = self.folder / "import.sql"
        file.write_text(script)
        self.row(f"history import of {count} records", "sqlite3 with json_extract", pair(
            [self.enclavia, "history", "import", str(lines)],
            ["sh", "-c", f"sqlite3 {target} <{file}"], 1, self.environment(state), clean), 3, 64)
        clean()

    def push(self):
        inside = {**self.base, "PATH": f"{BUILD}:{self.base['PATH']}"}
        result = subprocess.run(
            [BUILD / "enclavia-sandbox", "run", "--quiet", "--", sys.executable,
             HERE / "bench_push.py", self.enclavia, str(self.options.rounds), str(self.folder)],
            env=inside, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"bench: the pushes failed: {result.stderr}")
        for row in json.loads(result.stdout):
            self.rows.append(row)
            say(f"{row['path']}: {row['ratio']:.2f} x {row['against']}")


def words_in(command, state):
    return ["env", f"ENCLAVIA_STATE_DIR={state}", *command]


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def machine():
    def version(*command):
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        return (answer.stdout or answer.stderr).splitlines()[0] if answer.stdout else ""

    return {
        "cores": os.cpu_count(), "kernel": platform.release(), "machine": platform.machine(),
        "sqlite3": version("sqlite3", "--version").split(" ")[0],
        "docker": version("docker", "--version"),
        "enclavia_bytes": None,
    }


def table(rows):
    lines = ["| path | against | ours | theirs | ratio | wanted | peak |",
             "|---|---|---|---|---|---|---|"]
    for row in rows:
        wanted = "" if row["wanted"] is None else f"≤ {row['wanted']} ×"
        if not row["met"]:
            wanted += " (missed)"
        lines.append(
            f"| {row['path']} | {row['against']} | {row['ours_ms']} ms | {row['theirs_ms']} ms"
            f" | {row['ratio']} × ± {row['spread']:.0%} | {wanted} | {row['peak_mib']} MiB |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pushes", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", help="write the rows and the machine to this file, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="enclavia-bench.") as folder:
        bench = Bench(options, folder)
        about = machine()
        about["enclavia_bytes"] = os.path.getsize(bench.enclavia)
        bench.push()
        counts = sorted({1_000, min(100_000, options.pushes), options.pushes})
        stores = {count: bench.store(count) for count in counts}
        bench.tab(stores)
        state, lines = stores[max(stores)]
        bench.history(state, max(stores))
        bench.imports(lines, max(stores))
    print(json.dumps(about))
    print(table(bench.rows))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"machine": about, "rows": bench.rows}))


if __name__ == "__main__":
    main()
