"""How fast a command starts, how `status` grows with the tags, and how large the program is."""
from measure import Command, pair
from report import compared, size

MANY, FEW = 10_000, 100


def run(setting, report, counts):
    for words in (["--version"], ["history", "--limit", "1"], ["status"]):
        report.add(compared(
            f"start: {' '.join(words)}", "/bin/true",
            pair(setting.command(min(counts), *words), Command(["/bin/true"], setting.base),
                 setting.rounds), None))
    for references in (MANY, FEW):
        setting.make_store(f"references-{references}", MANY, references)
    many, few = (
        setting.command(f"references-{references}", "status", on_terminal=True)
        for references in (MANY, FEW))
    report.add(compared(
        f"status on a terminal, {MANY:,} references", f"itself, {FEW:,} references",
        pair(many, few, setting.rounds), 3))


def sizes(setting, report, package):
    report.add(size("stripped program", setting.enclavia, 47))
    if package:
        report.add(size("Debian package", package, 15))
