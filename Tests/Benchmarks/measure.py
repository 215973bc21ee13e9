"""Side-by-side measurement: interleaved pairs, medians, spread, peak memory."""
import os
import statistics
import subprocess
import time


class Sample:
    """Seconds and peak memory, in KiB, of the runs of one command."""

    def __init__(self):
        self.seconds = []
        self.peak = 0

    def add(self, seconds, peak):
        self.seconds.append(seconds)
        self.peak = max(self.peak, peak)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def spread(self):
        """Half the distance between the quartiles, as a share of the median."""
        if len(self.seconds) < 4:
            return (max(self.seconds) - min(self.seconds)) / 2 / self.median
        low, _, high = statistics.quantiles(self.seconds, n=4)
        return (high - low) / 2 / self.median


def once(command, environment, into=subprocess.DEVNULL):
    """Runs a command, which must succeed; returns the seconds and the peak memory in KiB."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=into,
        stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"bench: {' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_maxrss


def pair(ours, theirs, rounds, environment, prepare=lambda: None):
    """Runs two commands in turn, `rounds` times each, after a first run that does not count."""
    samples = Sample(), Sample()
    for number in range(rounds + (rounds > 3)):
        for command, sample in zip((ours, theirs), samples):
            prepare()
            result = once(command, environment)
            if number > 0 or rounds <= 3:
                sample.add(*result)
    return samples
