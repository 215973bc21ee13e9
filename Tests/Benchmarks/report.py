"""The rows of a run: the table, the Markdown file with the machine, and the history of all runs."""
import datetime
import json
import os
import pathlib
import platform
import subprocess

from measure import say


def compared(name, against, samples, target, memory=None):
    """A row of two commands. `target` is a ratio, and `memory` the most MiB that ours may use."""
    ours, theirs = samples
    ratio = round(ours.median / theirs.median, 3)
    is_small = memory is None or ours.peak <= memory * 1024
    return {
        "row": name, "against": against, "unit": "ms",
        "ours": round(ours.median * 1000, 2), "theirs": round(theirs.median * 1000, 2),
        "ratio": ratio, "spread": round(max(ours.spread, theirs.spread), 3), "target": target,
        "met": (target is None or ratio <= target) and is_small,
        "peak": round(ours.peak / 1024, 1), "peak_is_less": ours.peak <= ours.least_peak,
        "peak_target": memory,
    }


def size(name, path, target):
    """A row of a file's size, in MiB."""
    mebibytes = round(os.path.getsize(path) / (1 << 20), 2)
    return {
        "row": name, "against": "", "unit": "MiB", "ours": mebibytes, "theirs": None,
        "ratio": None, "spread": None, "target": target, "met": mebibytes <= target,
        "peak": None, "peak_is_less": None, "peak_target": None,
    }


class Report:
    def __init__(self, folder, root, pushes):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pushes = pushes
        self.date = datetime.datetime.now(datetime.timezone.utc)
        self.commit = commit(root)
        self.history = self.folder / "history.jsonl"
        self.before = self.earlier()
        self.rows = []

    def earlier(self):
        """The newest line of each row with the same number of pushes."""
        if not self.history.exists():
            return {}
        lines = [json.loads(line) for line in self.history.read_text().splitlines()]
        return {key(line): line for line in lines if line["pushes"] == self.pushes}

    def add(self, *rows):
        """Adds rows, and appends them to the history at once, in case that a later row fails."""
        stamp = {"date": self.date.strftime("%Y-%m-%dT%H:%M:%SZ"), "commit": self.commit,
                 "pushes": self.pushes}
        with open(self.history, "a", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps({**stamp, **row}) + "\n")
                against = f" x {row['against']}" if row["against"] else " MiB"
                say(f"{row['row']}: {value(row)}{against}")
        self.rows.extend(rows)

    def table(self):
        lines = ["| path | compared with | enclavia | other | ratio | earlier | target"
                 " | peak memory |", "|---|---|---|---|---|---|---|---|"]
        return "\n".join(lines + [self.line(row) for row in self.rows])

    def line(self, row):
        target = targets(row)
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f} × ± {row['spread']:.0%}"
        before = self.before.get(key(row))
        cells = [row["row"], row["against"], amount(row["ours"], row), amount(row["theirs"], row),
                 ratio, "" if before is None else f"{value(before):.2f}", target, peak(row)]
        return "| " + " | ".join(cells) + " |"

    def write(self, about):
        """Prints the table, and writes it to a file of its own. Returns the file's path."""
        about = {"date": self.date.strftime("%Y-%m-%d %H:%M UTC"), "commit": self.commit,
                 "pushes": f"{self.pushes:,}", **machine(), **about}
        head = "\n".join(f"- {name}: {text}" for name, text in about.items())
        text = f"# The speed of enclavia\n\n{head}\n\n{self.table()}\n"
        file = self.folder / f"{self.date.strftime('%Y-%m-%dT%H%M%SZ')}.md"
        file.write_text(text, encoding="utf-8")
        print(text, end="")
        return file


def key(row):
    return row["row"], row["against"]


def value(row):
    return row["ours"] if row["ratio"] is None else row["ratio"]


def amount(number, row):
    return "" if number is None else f"{number:,} {row['unit']}"


def targets(row):
    texts = []
    if row["target"] is not None:
        texts.append(f"≤ {row['target']} {'×' if row['unit'] == 'ms' else row['unit']}")
    if row["peak_target"] is not None:
        texts.append(f"≤ {row['peak_target']} MiB")
    return ", ".join(texts) + ("" if row["met"] else " (missed)")


def peak(row):
    if row["peak"] is None:
        return ""
    return f"{'< ' if row['peak_is_less'] else ''}{row['peak']} MiB"


def output(*command):
    """The first line that a command prints; empty if it fails or is missing."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.splitlines()[0] if answer.returncode == 0 and answer.stdout else ""


def commit(root):
    # The user of the benchmark may be root, because of the engine, and the folder another user's.
    git = ["git", "-c", "safe.directory=*", "-C", str(root)]
    return output(*git, "describe", "--always", "--dirty") or "unknown"


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(": ", 1)[1] for line in lines if line.startswith("model name")]
    return {
        "kernel": f"{platform.system()} {platform.release()}",
        "processor": f"{models[0] if models else 'unknown'}, {platform.machine()}",
        "cores": os.cpu_count(),
        "sqlite3": output("sqlite3", "--version").split(" ")[0],
        "docker": output("docker", "--version"), "podman": output("podman", "--version"),
        "swift": output("swift", "--version"),
    }
