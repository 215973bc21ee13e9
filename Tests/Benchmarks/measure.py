"""Side-by-side measurement: interleaved pairs, medians, spread, peak memory."""
import dataclasses
import os
import pty
import resource
import statistics
import subprocess
import sys
import time
import typing

# A row ends after its rounds, or with the first pair that ends after this many seconds.
SECONDS_PER_ROW = 12
# A first pair as short as this only warms the caches, and does not count.
WARM_UP_SECONDS = 1


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Sample:
    """Seconds and peak memory, in KiB, of the runs of one command."""

    def __init__(self):
        self.seconds = []
        self.peak = 0
        # The kernel keeps the peak of this Python program across fork and exec: a command that uses
        # less has the same.
        self.least_peak = 0

    def add(self, seconds, peak):
        self.seconds.append(seconds)
        self.peak = max(self.peak, peak)
        self.least_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

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


@dataclasses.dataclass
class Command:
    """A command, which must succeed."""

    words: list
    environment: dict
    # Its standard output: a file, nothing, or a terminal.
    into: typing.Any = subprocess.DEVNULL
    on_terminal: bool = False
    # What it reads on standard input; at most 64 KiB, which a pipe holds.
    input: str = ""
    # Called before each run, outside the measured time.
    prepare: typing.Callable = lambda: None

    def run(self):
        """Returns the seconds and the peak memory in KiB."""
        self.prepare()
        master, output = pty.openpty() if self.on_terminal else (None, self.into)
        source = pipe_of(self.input) if self.input else subprocess.DEVNULL
        started = time.perf_counter()
        process = subprocess.Popen(
            self.words, env=self.environment, stdin=source, stdout=output,
            stderr=subprocess.DEVNULL)
        if self.input:
            os.close(source)
        if self.on_terminal:
            os.close(output)
            drain(master)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            words = " ".join(map(str, self.words))
            raise SystemExit(f"bench: {words} ended with {process.returncode}")
        return seconds, usage.ru_maxrss

    def output(self):
        """Runs the command, unmeasured, and returns what it prints."""
        return subprocess.run(
            self.words, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=True).stdout


def pipe_of(text):
    """Returns the reading end of a pipe that holds a text and nothing else."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    return reader


def drain(terminal):
    """Reads what is written to a terminal, to its end."""
    try:
        while os.read(terminal, 1 << 16):
            pass
    except OSError:  # EIO: the other side is closed.
        pass
    os.close(terminal)


def pair(ours, theirs, rounds, seconds=SECONDS_PER_ROW):
    """Runs two commands in turn, at most `rounds` times each."""
    samples = Sample(), Sample()
    end = time.perf_counter() + seconds
    is_warm = rounds <= 3
    while len(samples[0].seconds) < rounds:
        results = ours.run(), theirs.run()
        if is_warm or sum(duration for duration, _ in results) > WARM_UP_SECONDS:
            for sample, result in zip(samples, results):
                sample.add(*result)
        is_warm = True
        if samples[0].seconds and time.perf_counter() > end:
            break
    return samples
