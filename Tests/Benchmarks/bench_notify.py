"""How fast pending notifications are sent, in the environment of `enclavia-sandbox run`."""
import copy
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import uuid

from measure import Command, pair
from report import compared

COUNT = 1_000


def rows(enclavia, rounds, folder):
    folder = pathlib.Path(folder)
    finished = last_finished()
    state, requests = folder / "pending", folder / "requests"
    environment = {**os.environ, "ENCLAVIA_STATE_DIR": str(state)}
    numbers = itertools.count(1)

    def make_pending():
        pushes = [pending(finished, next(numbers)) for _ in range(COUNT)]
        shutil.rmtree(state, ignore_errors=True)
        spool(pushes, state)
        nothing = folder / "nothing.jsonl"
        nothing.touch()
        # Any command that writes to the history adds what is in the spool.
        Command([enclavia, "history", "import", str(nothing)], environment).run()

    def write_requests():
        pushes = [pending(finished, next(numbers)) for _ in range(COUNT)]
        requests.write_text("next\n".join(request(push["data"]["push"]) for push in pushes))

    ours = Command([enclavia, "notify", "--pending"], environment, prepare=make_pending)
    theirs = Command(["curl", "-sSf", "-K", str(requests)], environment, prepare=write_requests)
    samples = pair(ours, theirs, min(rounds, 5))
    delivered = subprocess.run(
        ["sqlite3", "-readonly", str(state / "history.db"),
         "SELECT count(*) FROM push WHERE notify_outcome = 'delivered'"],
        capture_output=True, text=True, check=True).stdout
    if int(delivered) != COUNT:
        raise SystemExit(f"bench: {delivered.strip()} of {COUNT} notifications were delivered")
    return [compared(f"notify --pending, {COUNT:,} pushes", "curl, over one connection",
                     samples, 1.5)]


def last_finished():
    """The event that ended the last push of the sandbox."""
    log = pathlib.Path(os.environ["XDG_STATE_HOME"]) / "enclavia" / "events.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines()
    return next(event for event in map(json.loads, reversed(lines))
                if event["type"] == "io.enclavia.push.finished")


def pending(finished, number):
    """The end of another push of this machine, to its own tag, whose notification is pending."""
    event = copy.deepcopy(finished)
    identity = f"{event['data']['push_id'][:13]}-7000-8000-{number:012x}"
    push = event["data"]["push"]
    push["id"] = event["data"]["push_id"] = event["subject"] = identity
    push["tag"] = f"p{number}"
    push["destination"] = f"{push['repository']}:{push['tag']}"
    push["reference"] = f"{push['registry']}/{push['owner']}/{push['destination']}"
    push["tag_change"], push["previous_digest"] = "created", None
    push["notify"] |= {"outcome": "pending", "attempts": 1, "matched": None}
    event["id"] = f"{identity[:14]}7001{identity[18:]}"
    event["source"] = f"urn:uuid:{uuid.UUID(int=0)}"
    del event["sequence"], event["prevhash"]
    return event


def spool(events, state):
    """Writes events to the spool of a state directory, as if the history could not be written."""
    directory = state / "spool"
    directory.mkdir(parents=True, mode=0o700)
    state.chmod(0o700)
    file = directory / f"{events[0]['subject']}.jsonl"
    file.touch(mode=0o600)
    with open(file, "w", encoding="utf-8") as lines:
        for event in events:
            lines.write(json.dumps(event, separators=(",", ":"), sort_keys=True) + "\n")


def request(push):
    """The notification of a push, for a configuration file of curl."""
    credentials = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "enclavia" / "credentials.json"
    token = json.loads(credentials.read_text(encoding="utf-8"))["access_token"]
    body = json.dumps({"image": push["reference"], "digest": push["digest"], "push_id": push["id"]})
    return "\n".join([
        f'url = "{os.environ["ENCLAVIA_BACKEND_URL"]}/me/registry/push-notify"',
        f'header = "Authorization: Bearer {token}"', 'header = "Content-Type: application/json"',
        f'header = "Idempotency-Key: {push["id"]}"', f"data = {json.dumps(body)}",
        'output = "/dev/null"', ""])
