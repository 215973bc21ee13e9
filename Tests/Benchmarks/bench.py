#!/usr/bin/env python3
"""Measures enclavia against counterparts that do the same work, side by side in one run.

usage: bench.py [--pushes N] [--rounds N] [--json FILE] [--deb FILE]   (best by `make bench`)

Ratios are medians of interleaved pairs. Each row shows the ratio that is wanted. A row that
misses it is marked, and the exit code is still 0, since a busy machine is not a defect.
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
        self.least = 0
        self.enclavia = str(self.folder / "enclavia")
        shutil.copy(BUILD / "enclavia", self.enclavia)
        subprocess.run(["strip", self.enclavia], check=True)
        self.base = {**os.environ, "HOME": str(self.folder), "TZ": "UTC"}

    def environment(self, state):
        return {**self.base, "ENCLAVIA_STATE_DIR": str(state), "ENCLAVIA_EVENT_LOG": "off"}

    def store(self, count):
        """A store with that many pushes, imported from a generated file."""
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
        query = ("SELECT repository || ':', started_at, owner, digest, outcome, notify_outcome"
                 " FROM repository ORDER BY started_at DESC, push_id DESC LIMIT 200")
        words = [self.enclavia, "__complete", "push", "app:dev", ""]
        self.row(f"TAB, {large} pushes", "the sqlite3 shell, same query", pair(
            words, self.sqlite(stores[large][0], query), self.options.rounds * 5,
            self.environment(stores[large][0])), 2.5)
        for count in sorted(stores)[1:]:
            self.row(f"TAB, {count} pushes", f"itself, {self.least} pushes", pair(
                words_in(words, stores[count][0]), words_in(words, stores[self.least][0]),
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
        checks = self.folder / "checks.sh"
        checks.write_text(
            f"sha256sum {bytes_file}\n"
            f"sqlite3 -readonly {state}/history.db 'PRAGMA integrity_check(1)'\n")
        self.row(
            f"history verify, {count} events", "sha256sum of the events' bytes, and sqlite3's "
            "integrity_check", pair(
                [self.enclavia, "history", "verify"], ["sh", str(checks)], 3, environment), 1.3)

    def imports(self, lines, count):
        columns = [name for name in self.columns() if name != "schema_version"]
        extract = ", ".join(
            f"json_extract(line, '$.{json_path(name)}') AS {name}" for name in columns)
        script = (f".mode ascii\n.separator \\037 \\n\nCREATE TEMP TABLE raw(line);\n"
                  f".import {lines} raw\nCREATE TABLE push AS SELECT {extract} FROM raw;\n")
        target, state = self.folder / "plain.db", self.folder / "imported"

        def clean():
            shutil.rmtree(state, ignore_errors=True)
            target.unlink(missing_ok=True)

        file = self.folder / "import.sql"
        file.write_text(script)
        self.row(f"history import, {count} records", "sqlite3 with json_extract", pair(
            [self.enclavia, "history", "import", str(lines)],
            ["sh", "-c", f"sqlite3 {target} <{file}"], 1, self.environment(state), clean), 3, 64)
        clean()

    def columns(self):
        """The columns of push_v1, which the counterpart of an import extracts from the same lines."""
        state = self.folder / f"state{self.least}"
        names = subprocess.run(
            self.sqlite(state, "SELECT name FROM pragma_table_info('push_v1')"),
            capture_output=True, text=True, check=True)
        return names.stdout.split()

    def scale(self, stores):
        """How the cost grows with the history: each command at each size against the smallest one."""
        paths = {
            "history --repository R --limit 20":
                ["history", "--json", "--limit", "20", "--repository", "app007"],
            "history --label team=t3 --limit 20":
                ["history", "--json", "--limit", "20", "--label", "team=t3"],
            "history at": ["history", "at", "busy:v0"],
            "history stats": ["history", "stats", "--json"],
            "history export": ["history", "export"],
            "history verify": ["history", "verify"],
        }
        for name, words in paths.items():
            for count in sorted(stores)[1:]:
                self.row(f"{name}, {count} pushes", f"itself, {self.least} pushes", pair(
                    words_in([self.enclavia, *words], stores[count][0]),
                    words_in([self.enclavia, *words], stores[self.least][0]), 3, self.base), None)

    def push(self):
        inside = {**self.base, "PATH": f"{BUILD}:{self.base['PATH']}"}
        result = subprocess.run(
            [BUILD / "enclavia-sandbox", "run", "--private-engine", "--quiet", "--",
             sys.executable,
             HERE / "bench_push.py", self.enclavia, str(self.options.rounds), str(self.folder)],
            env=inside, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"bench: the pushes failed: {result.stderr}")
        for row in json.loads(result.stdout):
            self.rows.append(row)
            say(f"{row['path']}: {row['ratio']:.2f} x {row['against']}")


def words_in(command, state):
    return ["env", f"ENCLAVIA_STATE_DIR={state}", *command]


def json_path(column):
    """The JSON path of a column of push_v1, which joins the keys of nested objects by `_`."""
    for nested in ("origin", "failure", "notify", "context", "engine"):
        if column.startswith(f"{nested}_"):
            return f"{nested}.{column[len(nested) + 1:]}"
    return column


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def machine():
    def version(*command):
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        return answer.stdout.splitlines()[0] if answer.stdout else ""

    return {
        "cores": os.cpu_count(), "kernel": platform.release(), "machine": platform.machine(),
        "sqlite3": version("sqlite3", "--version").split(" ")[0],
        "docker": version("docker", "--version"), "podman": version("podman", "--version"),
        "swift": version("swift", "--version"),
    }


def table(rows):
    lines = ["| path | compared with | enclavia | other | ratio | target | peak memory |",
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
    parser.add_argument("--json", help="also write the rows and the machine to this file")
    parser.add_argument("--deb", help="the package whose size is printed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="enclavia-bench.") as folder:
        bench = Bench(options, folder)
        about = machine()
        about["stripped_binary_bytes"] = os.path.getsize(bench.enclavia)
        if options.deb:
            about["deb_bytes"] = os.path.getsize(options.deb)
        bench.push()
        counts = sorted({
            1_000, min(10_000, options.pushes), min(100_000, options.pushes), options.pushes})
        bench.least = min(counts)
        stores = {count: bench.store(count) for count in counts}
        about["store_bytes"] = {
            count: os.path.getsize(state / "history.db") for count, (state, _) in stores.items()}
        bench.tab(stores)
        state, lines = stores[max(stores)]
        bench.history(state, max(stores))
        bench.scale(stores)
        bench.imports(lines, max(stores))
    for name, value in about.items():
        print(f"{name}: {value}")
    print(f"\n{table(bench.rows)}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"machine": about, "rows": bench.rows}))


if __name__ == "__main__":
    main()
