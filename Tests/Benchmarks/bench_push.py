"""How fast a push is, and fifty at once, in the environment of `enclavia-sandbox run`."""
import itertools
import os
import pathlib
import subprocess
import time

from measure import Command, pair
from report import compared

SCRIPT = pathlib.Path(__file__).resolve().parent / "push.sh"
COUNT = 50


def rows(enclavia, rounds, folder):
    environment = dict(os.environ)
    subprocess.run(["enclavia-sandbox", "image", "app:v1"], check=True, stdout=subprocess.DEVNULL)
    ours = Command([enclavia, "push", "app:v1", "app:v1"], environment)
    theirs = Command([SCRIPT, "app:v1", "app:v1", f"{folder}/script.db"], environment)
    return [
        compared("push of a small unchanged image", "a shell script",
                 pair(ours, theirs, rounds), 0.7),
        compared(f"{COUNT} pushes at once", "one after the other",
                 pair(Pushes(enclavia, at_once=COUNT), Pushes(enclavia, at_once=1),
                      min(rounds, 5), seconds=30), 0.7),
    ]


class Pushes:
    """Pushes to tags of their own, some of them at once. It runs like a Command."""

    numbers = itertools.count(1)

    def __init__(self, enclavia, at_once):
        self.words = [enclavia, "push", "--quiet", "app:v1"]
        self.at_once = at_once

    def run(self):
        """Returns the seconds of all pushes, and the greatest peak memory of one in KiB."""
        tags = [f"many:{next(self.numbers)}" for _ in range(COUNT)]
        started = time.perf_counter()
        peaks = []
        for first in range(0, COUNT, self.at_once):
            running = [subprocess.Popen([*self.words, tag], stdout=subprocess.DEVNULL)
                       for tag in tags[first:first + self.at_once]]
            peaks += [self.peak(process) for process in running]
        return time.perf_counter() - started, max(peaks)

    def peak(self, process):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"bench: {' '.join(process.args)} ended with {process.returncode}")
        return usage.ru_maxrss
