"""How fast the history is read: lists, exports, statistics, and the verification."""
from measure import Command, pair
from report import compared

FLAT = "SELECT * FROM push_v1"
NEWEST = "ORDER BY started_at DESC, id DESC LIMIT 20"
FILTER = "WHERE repository = 'app007' AND outcome = 'failed'"
# TZ says which days are local, to both programs.
BY_DAY = """
    SELECT date(started_at, 'localtime') AS day, owner, repository, outcome, notify_outcome,
        count(*) AS pushes
    FROM push_v1 GROUP BY 1, 2, 3, 4, 5
"""


def run(setting, report, counts):
    count, small = max(counts), min(counts)
    lists(setting, report, count)
    streams(setting, report, count)
    verify(setting, report, count)
    for words in (["history", "at", "busy:v0"],
                  ["history", "--json", "--limit", "20", "--label", "team=t3"]):
        name = " ".join(word for word in words if word != "--json")
        report.add(compared(
            f"{name}, {count:,} pushes", f"itself, {small:,} pushes",
            pair(setting.command(count, *words), setting.command(small, *words), setting.rounds),
            None))


def lists(setting, report, count):
    page = ["history", "--format", "json", "--limit", "20"]
    report.add(compared(
        f"history --limit 20, {count:,} pushes", "sqlite3 on push_v1",
        pair(setting.command(count, *page),
             setting.sqlite(count, f"{FLAT} {NEWEST}", "-json"), setting.rounds), 5))
    report.add(compared(
        f"history --repository --outcome --limit 20, {count:,} pushes", "sqlite3 on push_v1",
        pair(setting.command(count, *page, "--repository", "app007", "--outcome", "failed"),
             setting.sqlite(count, f"{FLAT} {FILTER} {NEWEST}", "-json"), setting.rounds), 5))


def streams(setting, report, count):
    every = setting.sqlite(count, FLAT, "-json")
    setting.load(count)
    report.add(compared(
        f"history --format jsonl, {count:,} pushes", "sqlite3 -json on push_v1",
        pair(setting.command(count, "history", "--format", "jsonl"), every, setting.rounds),
        1.0, 64))
    report.add(compared(
        f"history export, {count:,} pushes", "sqlite3 -json on push_v1",
        pair(setting.command(count, "history", "export"), every, setting.rounds), None, 64))
    report.add(compared(
        f"history report, {count:,} pushes", "sqlite3 -json on push_v1",
        pair(setting.command(count, "history", "report"), every, setting.rounds), None, 64))
    report.add(compared(
        f"history stats, {count:,} pushes", "sqlite3 -json, GROUP BY day, owner, repository, …",
        pair(setting.command(count, "history", "stats", "--json"),
             setting.sqlite(count, BY_DAY, "-json"), setting.rounds), 1.5))


def verify(setting, report, count):
    events = setting.folder / "events"
    with open(events, "wb") as file:
        setting.sqlite(count, "SELECT data FROM event", into=file).run()
    script = f"sha256sum {events}\n" \
        f"sqlite3 -readonly {setting.database(count)} 'PRAGMA integrity_check(1)'\n"
    report.add(compared(
        f"history verify, {count:,} events", "sha256sum of the events' bytes, and sqlite3's"
        " integrity_check",
        pair(setting.command(count, "history", "verify"),
             Command(["sh", "-ec", script], setting.base), setting.rounds), 1.3))
    events.unlink()
