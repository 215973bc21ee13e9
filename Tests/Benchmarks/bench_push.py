"""Measures pushes inside `enclavia-sandbox run`, and prints the rows as JSON.

usage: bench_push.py ENCLAVIA ROUNDS FOLDER
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from measure import pair

HERE = pathlib.Path(__file__).resolve().parent


def row(name, against, ours, theirs, ratio, wanted, spread, peak):
    return {
        "path": name, "against": against, "ours_ms": round(ours * 1000, 1),
        "theirs_ms": round(theirs * 1000, 1), "ratio": round(ratio, 2), "wanted": wanted,
        "met": ratio <= wanted, "spread": round(spread, 2), "peak_mib": peak,
        "peak_wanted_mib": None,
    }


def start(enclavia, tag):
    return subprocess.Popen([enclavia, "push", "--quiet", "app:v1", f"many:{tag}"],
                            stdout=subprocess.DEVNULL)


def apart(enclavia, tags):
    started = time.perf_counter()
    if any(start(enclavia, tag).wait() for tag in tags):
        raise SystemExit("a push failed")
    return time.perf_counter() - started


def together(enclavia, tags):
    started = time.perf_counter()
    if any(process.wait() for process in [start(enclavia, tag) for tag in tags]):
        raise SystemExit("a concurrent push failed")
    return time.perf_counter() - started


def many(enclavia, count, rounds):
    """Pushes to `count` tags, all at once and one after the other, in interleaved pairs."""
    pairs = []
    for number in range(rounds):
        alone = apart(enclavia, [f"s{number}.{tag}" for tag in range(count)])
        pairs.append((together(enclavia, [f"t{number}.{tag}" for tag in range(count)]), alone))
    ratios = [at_once / alone for at_once, alone in pairs]
    median = [statistics.median(side) for side in zip(*pairs)]
    return median, statistics.median(ratios), (max(ratios) - min(ratios)) / 2


def main():
    enclavia, rounds, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    subprocess.run(["enclavia-sandbox", "image", "app:v1"], check=True, stdout=subprocess.DEVNULL)
    environment = dict(os.environ)
    script = [str(HERE / "push.sh"), "app:v1", "app:v1", f"{folder}/script.db"]
    ours, theirs = pair([enclavia, "push", "app:v1", "app:v1"], script, rounds, environment)
    rows = [row("push of a small unchanged image", "a shell script", ours.median, theirs.median,
                ours.median / theirs.median, 0.7, max(ours.spread, theirs.spread),
                round(ours.peak / 1024, 1))]
    (at_once, alone), ratio, spread = many(enclavia, 50, 5)
    rows.append(row("50 pushes at once", "one after the other", at_once, alone, ratio, 0.7, spread,
                    round(ours.peak / 1024, 1)))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
