#!/usr/bin/env -S python3 -B
"""Runs bench.py on small histories, each command once, and checks that every row is there."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROWS = """
stripped program
Debian package
push of a small unchanged image
50 pushes at once
docker-credential-enclavia get
notify --pending, 1,000 pushes
history sync, 20,000 records
history sync, 20,000 records, and pg_dump
history sync of one push
history import, 1,000 records
TAB, 1,000 pushes
TAB
status --short, 1,000 pushes
status --short by enclavia, 1,000 pushes
status --short as a prompt runs it, 1,000 pushes
start: --version
start: history --limit 1
start: status
status on a terminal, 10,000 references
history --limit 20, 1,000 pushes
history --repository --outcome --limit 20, 1,000 pushes
history --format jsonl, 1,000 pushes
history export, 1,000 pushes
history stats, 1,000 pushes
history verify, 1,000 events
history at busy:v0, 1,000 pushes
history --limit 20 --label team=t3, 1,000 pushes
""".strip().splitlines()
KEYS = {"date", "commit", "pushes", "ours", "theirs", "ratio", "target", "met", "peak"}


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        package = folder / "package.deb"
        package.write_bytes(bytes(1 << 20))
        # Of an earlier run, in which TAB was four times as slow as the other program.
        earlier = {"row": "TAB", "against": "/bin/true", "pushes": 1000, "ratio": 4.04}
        (folder / "history.jsonl").write_text(json.dumps(earlier) + "\n")
        printed = subprocess.run(
            [HERE / "bench.py", "--pushes", "1000", "--rounds", "1", "--out", folder,
             "--deb", package], stdout=subprocess.PIPE, text=True, check=True).stdout
        lines = (folder / "history.jsonl").read_text().splitlines()[1:]
        rows = [json.loads(line) for line in lines]
        missing = set(ROWS) - {row["row"] for row in rows}
        missing |= {f"the key {key}" for row in rows for key in KEYS - row.keys()}
        missing |= {f"{row['row']}, in the table" for row in rows
                    if f"| {row['row']} | {row['against']} |" not in printed}
        if not re.search(r"\| TAB \| /bin/true \|.*\| 4\.04 \|", printed):
            missing.add("the earlier ratio")
        if printed not in [file.read_text() for file in folder.glob("*.md")]:
            missing.add("the file with the table")
        left = [path.name for path in folder.iterdir() if path.name.startswith("run.")]
    if missing or left:
        sys.exit(f"bench.py: missing: {sorted(missing)}; not deleted: {left}")


if __name__ == "__main__":
    main()
