"""How fast TAB is: in a large history, and as the history grows; and `status --short` beside it."""
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
    whole = [setting.enclavia, "__complete"], [setting.enclavia, "status", "--short"]
    program, prompt = whole
    if (BUILD / "enclavia-complete").exists():
        companion = setting.stripped("enclavia-complete")
        program, prompt = [companion], [companion, "__status"]

    def tab(count, program=program):
        return Command([*program, "push", "app:dev", ""], setting.environment(count))

    def short(count, prompt=prompt):
        return Command(prompt, setting.environment(count))

    rounds = setting.rounds * 5
    report.add(compared(
        f"TAB, {large:,} pushes", "the sqlite3 shell, same query",
        pair(tab(large), setting.sqlite(large, QUERY), rounds), 1.6))
    for count in counts[1:]:
        report.add(compared(
            f"TAB, {count:,} pushes", f"itself, {small:,} pushes",
            pair(tab(count), tab(small), rounds), 1.2))
    report.add(compared(
        f"status --short, {large:,} pushes", "TAB", pair(short(large), tab(large), rounds), 1.2))
    report.add(compared(
        f"status --short by enclavia, {large:,} pushes", "TAB by enclavia",
        pair(short(large, whole[1]), tab(large, whole[0]), rounds), 1.2))
    # The manual's lines for the shells call enclavia, where TAB calls enclavia-complete.
    report.add(compared(
        f"status --short as a prompt runs it, {large:,} pushes", "TAB",
        pair(short(large, whole[1]), tab(large), rounds), None))
    for other in OTHERS:
        if shutil.which(other[0]):
            report.add(compared(
                "TAB", " ".join(other).strip(),
                pair(tab(large), Command(other, setting.base), setting.rounds), None))
