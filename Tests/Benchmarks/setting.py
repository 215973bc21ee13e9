"""The programs, stores and environment that are measured."""
import os
import pathlib
import shutil
import subprocess
import sys

from measure import Command, say

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get("ENCLAVIA_BUILD_DIR", ROOT / ".build" / "release"))


class Setting:
    def __init__(self, folder, rounds):
        self.folder = pathlib.Path(folder)
        self.rounds = rounds
        self.enclavia = self.stripped("enclavia")
        # Programs are measured without the variables that change what they do.
        self.base = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("ENCLAVIA_", "XDG_"))
        } | {"HOME": str(self.folder), "TZ": "UTC", "TERM": "xterm"}

    def stripped(self, name):
        """A stripped copy of a program, as it is installed."""
        copy = str(self.folder / name)
        shutil.copy(BUILD / name, copy)
        subprocess.run(["strip", copy], check=True)
        return copy

    def state(self, name):
        return self.folder / f"state-{name}"

    def database(self, name):
        return self.state(name) / "history.db"

    def environment(self, name):
        return {**self.base, "ENCLAVIA_STATE_DIR": str(self.state(name)),
                "ENCLAVIA_EVENT_LOG": "off"}

    def command(self, name, *words, **options):
        """enclavia, on one of the stores."""
        return Command([self.enclavia, *words], self.environment(name), **options)

    def sqlite(self, name, query, *flags, **options):
        """The sqlite3 shell, on one of the stores."""
        words = ["sqlite3", "-readonly", *flags, str(self.database(name)), query]
        return Command(words, self.environment(name), **options)

    def answer(self, name, query):
        """What the sqlite3 shell answers."""
        return self.sqlite(name, query).output()

    def load(self, name):
        """Reads a store into the page cache: else the first program of a pair alone waits for the disk."""
        with open(self.database(name), "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass

    def records(self, name, count, *references):
        """Writes a file of generated records, and returns its path."""
        lines = self.folder / f"{name}.jsonl"
        subprocess.run(
            [sys.executable, HERE / "corpus.py", str(count), lines, *map(str, references)],
            check=True)
        return lines

    def make_store(self, name, count, *references):
        """Imports a store that is not measured, of generated records."""
        say(f"making a store of {count:,} pushes")
        lines = self.records(name, count, *references)
        self.command(name, "history", "import", str(lines)).run()
        lines.unlink()
