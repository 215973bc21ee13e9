"""Measures what needs the services, inside `enclavia-sandbox run`, and prints the rows as JSON.

usage: in_sandbox.py ENCLAVIA ROUNDS FOLDER
"""
import json
import os
import pathlib
import subprocess
import sys

import bench_helper
import bench_notify
import bench_push
import bench_sync
from measure import say
from setting import BUILD


def run(setting, report):
    """Starts the sandbox, and adds the rows that this program prints inside it."""
    say("pushing and notifying in the sandbox")
    inside = {**os.environ, "PATH": f"{BUILD}:{os.environ['PATH']}"}
    result = subprocess.run(
        [BUILD / "enclavia-sandbox", "run", "--private-engine", "--postgresql", "--quiet", "--",
         sys.executable, "-B", __file__, setting.enclavia, str(setting.rounds), setting.folder],
        env=inside, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"bench: the rows in the sandbox failed with {result.returncode}")
    report.add(*json.loads(result.stdout))


def main():
    enclavia, rounds, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    rows = [row for bench in (bench_push, bench_helper, bench_notify, bench_sync)
            for row in bench.rows(enclavia, rounds, folder)]
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
