"""The rows of pushes; runs inside `enclavia-sandbox run`. Prints them as JSON.

usage: bench_push.py ENCLAVIA ROUNDS FOLDER
"""
import json
import os
import pathlib
import subprocess
import sys
import time

from measure import once, pair

HERE = pathlib.Path(__file__).resolve().parent


def row(name, against, ours, theirs, ratio, wanted, spread, peak):
    return {
        "path": name, "against": against, "ours_ms": round(ours * 1000, 1),
        "theirs_ms": round(theirs * 1000, 1), "ratio": round(ratio, 2), "wanted": wanted,
        "met": ratio <= wanted, "spread": round(spread, 2), "peak_mib": peak,
        "peak_wanted_mib": None,
    }


def together(enclavia, count):
    started = time.perf_counter()
    running = [
        subprocess.Popen([enclavia, "push", "--quiet", "app:v1", f"many:t{number}"],
                         stdout=subprocess.DEVNULL) for number in range(count)
    ]
    if any(process.wait() for process in running):
        raise SystemExit("a push of many failed")
    return time.perf_counter() - started


def main():
    enclavia, rounds, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    subprocess.run(["enclavia-sandbox", "image", "app:v1"], check=True, stdout=subprocess.DEVNULL)
    environment = dict(os.environ)
    script = [str(HERE / "push.sh"), "app:v1", "app:v1", f"{folder}/script.db"]
    ours, theirs = pair([enclavia, "push", "app:v1", "app:v1"], script, rounds, environment)
    rows = [row("push of a small unchanged image", "a shell script", ours.median, theirs.median,
                ours.median / theirs.median, 1.0, max(ours.spread, theirs.spread),
                round(ours.peak / 1024, 1))]
    apart = sum(
        once([enclavia, "push", "--quiet", "app:v1", f"many:s{number}"], environment)[0]
        for number in range(50))
    at_once = together(enclavia, 50)
    rows.append(row("50 pushes at once", "one after the other", at_once, apart, at_once / apart,
                    0.7, 0, round(ours.peak / 1024, 1)))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
