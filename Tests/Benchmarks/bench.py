#!/usr/bin/env -S python3 -B
"""Measures enclavia against counterparts that do the same work, side by side in one run.

usage: bench.py [--pushes N] [--rounds N] [--out FOLDER] [--deb FILE]   (best by `make bench`)

Ratios are medians of interleaved pairs. Each row shows its target. A row that misses it is marked,
and the exit code is still 0, since a busy machine is not a defect.

The table is printed, and written to a file in FOLDER that is named after the time. Each row is
appended to history.jsonl in FOLDER. The histories are made in FOLDER, too, and deleted at the end.
"""
import argparse
import os
import pathlib
import tempfile

import bench_history
import bench_import
import bench_status
import bench_tab
import in_sandbox
from measure import say
from report import Report
from setting import ROOT, Setting


def sizes(pushes):
    """The sizes of the histories, ascending: a small one, 100,000, and the largest."""
    return sorted({min(1_000, pushes // 10), min(100_000, pushes), pushes})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pushes", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", default=ROOT / ".build" / "bench")
    parser.add_argument("--deb", help="the package whose size is a row")
    options = parser.parse_args()
    if options.pushes < 1_000:
        parser.error("--pushes must be at least 1000")
    report = Report(pathlib.Path(options.out).resolve(), ROOT, options.pushes)
    with tempfile.TemporaryDirectory(prefix="run.", dir=report.folder) as folder:
        setting = Setting(folder, options.rounds)
        bench_status.sizes(setting, report, options.deb)
        in_sandbox.run(setting, report)
        counts = sizes(options.pushes)
        bench_import.run(setting, report, max(counts))
        for count in counts[:-1]:
            setting.make_store(count, count)
        bench_tab.run(setting, report, counts)
        bench_status.run(setting, report, counts)
        bench_history.run(setting, report, counts)
        store = f"{os.path.getsize(setting.database(max(counts))) / (1 << 20):,.0f} MiB"
    say(f"written to {report.write({'largest history': store})}")


if __name__ == "__main__":
    main()
