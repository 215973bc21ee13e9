#!/usr/bin/env python3
"""Writes generated push records for `enclavia history import`, one JSON object per line.

usage: corpus.py COUNT FILE [REFERENCES]

The same arguments give the same records. One push in twenty failed. One in ten is of a busy
repository; with REFERENCES, that many references get the same number of pushes each.
"""
import hashlib
import json
import sys

START = 1_704_067_200_000  # 2024-01-01T00:00:00Z, in milliseconds
STEP = 60_000


def moment(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    days, second = divmod(seconds, 86_400)
    # Howard Hinnant's civil_from_days, since datetime is the slowest part of a million records.
    z = days + 719_468
    era, doe = divmod(z, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    day = doy - (153 * mp + 2) // 5 + 1
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (month <= 2)
    hour, second = divmod(second, 3600)
    minute, second = divmod(second, 60)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:03}Z"


def identity(milliseconds, number):
    high = f"{milliseconds:012x}"
    low = hashlib.sha256(str(number).encode()).hexdigest()
    return f"{high[:8]}-{high[8:]}-7{low[:3]}-8{low[3:6]}-{low[6:18]}"


def name(number, references):
    if references:
        return f"app{number % references // 50:03}", f"v{number % 50}"
    return f"app{number % 400:03}" if number % 10 else "busy", f"v{number % 50}"


def record(number, count, references):
    started = START + number * STEP * 1_000_000 // max(count, 1)
    repository, tag = name(number, references)
    failed = number % 20 == 7
    digest = "sha256:" + hashlib.sha256(f"{repository}{number // 3}".encode()).hexdigest()
    notify = {
        "outcome": None if failed else "delivered", "at": None if failed else moment(started + 3000),
        "attempts": 0 if failed else 1, "matched": None if failed else 1,
        "triggered": [], "staged": [], "rejected_non_upgradable": [], "message": None,
    }
    return {
        "schema_version": 1, "id": identity(started, number), "revision": 6, "origin": None,
        "destination": f"{repository}:{tag}", "backend": "https://api.example.com",
        "reference": f"registry.example.com/alice/{repository}:{tag}",
        "registry": "registry.example.com", "owner": "alice", "repository": repository, "tag": tag,
        "local_image": f"{repository}:dev",
        "local_image_id": "sha256:" + hashlib.sha256(f"i{number}".encode()).hexdigest(),
        "image_revision": None, "image_source": None,
        "digest": None if failed else digest,
        "media_type": None if failed else "application/vnd.docker.distribution.manifest.v2+json",
        "digest_verified": not failed,
        "tag_change": None if failed else "created" if number < 400 else "moved",
        "tag_change_source": None if failed else "registry", "message": None,
        "previous_digest": None, "size_bytes": None if failed else 1000 + number,
        "started_at": moment(started), "pushed_at": None if failed else moment(started + 2000),
        "finished_at": moment(started + 4000),
        "outcome": "failed" if failed else "succeeded",
        "failure": {"stage": "push", "kind": "refused", "message": "denied"} if failed else None,
        "notify": notify, "labels": {"team": f"t{number % 7}"},
        "context": {
            "host": f"runner{number % 12}", "user": f"user{number % 9}",
            "git_commit": hashlib.sha1(str(number).encode()).hexdigest(), "git_branch": "main",
            "git_dirty": False, "ci_provider": None, "ci_run_url": None, "ci_actor": None,
        },
        "engine": {"name": "docker", "version": "28.2.2"}, "cli_version": "1.0.0",
    }


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    references = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as file:
        for number in range(count):
            made = record(number, count, references)
            # json.dump, which does not use the C encoder, takes fourteen times as long.
            file.write(json.dumps(made, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
