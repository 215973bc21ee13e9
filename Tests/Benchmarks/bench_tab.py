"""How fast TAB is: in a large history, and as the history grows."""
import shutil

from measure import Command, pair
from report import compared
from setting import BUILD

# What TAB answers for the destination of a push, newest first.
QUERY = """
    SELECT repository || ':', started_at, owner, digest, outcome, notify_outcome
    FROM repository ORDER BY started_at DESC, push_id DESC LIMIT 200
"""
OTHERS = (["docker", "__complete", "push", ""], ["podman", "__complete", "push", ""],
          ["/bin/true"])


def run(setting, report, counts):
    large, small = max(counts), min(counts)
    program = [setting.enclavia, "__complete"]
    if (BUILD / "enclavia-complete").exists():
        program = [setting.stripped("enclavia-complete")]

    def tab(count):
        return Command([*program, "push", "app:dev", ""], setting.environment(count))

    rounds = setting.rounds * 5
    report.add(compared(
        f"TAB, {large:,} pushes", "the sqlite3 shell, same query",
        pair(tab(large), setting.sqlite(large, QUERY), rounds), 1.6))
    for count in counts[1:]:
        report.add(compared(
            f"TAB, {count:,} pushes", f"itself, {small:,} pushes",
            pair(tab(count), tab(small), rounds), 1.2))
    for other in OTHERS:
        if shutil.which(other[0]):
            report.add(compared(
                "TAB", " ".join(other).strip(),
                pair(tab(large), Command(other, setting.base), setting.rounds), None))
