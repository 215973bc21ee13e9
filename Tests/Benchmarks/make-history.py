#!/usr/bin/env python3
"""Writes an export of made-up pushes, oldest first: make-history.py COUNT [SEED] > pushes.jsonl

The shape is that of a busy team: 200 repositories, a tenth of which get most of the pushes, some forty
tags each, a new digest and commit for nearly every push, a few failures. The same seed gives the same
bytes.
"""

import hashlib
import json
import random
import sys


def stamp(milliseconds):
    days, rest = divmod(milliseconds, 86_400_000)
    # Civil date from days since 1970-01-01 (Howard Hinnant's algorithm).
    z = days + 719_468
    era, doe = divmod(z, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    day, month = doy - (153 * mp + 2) // 5 + 1, mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (month <= 2)
    seconds, ms = divmod(rest, 1000)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
        year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, ms)


def push_id(ms, rng):
    bits = rng.getrandbits(74)
    return "%08x-%04x-7%03x-%04x-%012x" % (
        ms >> 16, ms & 0xFFFF, bits & 0xFFF, 0x8000 | (bits >> 12) & 0x3FFF, bits >> 26)


def main():
    count = int(sys.argv[1])
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    repositories = ["%s-%d" % (rng.choice(["api", "web", "worker", "billing", "auth"]), n)
                    for n in range(200)]
    weights = [20 if n < 20 else 1 for n in range(200)]
    tags = ["latest", "dev", "staging", "prod"] + ["v1.%d" % n for n in range(36)]
    users = ["user%d" % n for n in range(40)]
    hosts = ["host-%d" % n for n in range(60)]
    moment = 1_700_000_000_000
    write = sys.stdout.write
    for number in range(count):
        moment += rng.randrange(1, 90_000)
        repository = rng.choices(repositories, weights)[0]
        tag = rng.choice(tags)
        digest = "sha256:" + hashlib.sha256(b"%d %d" % (number, moment)).hexdigest()
        commit = "%040x" % rng.getrandbits(160)
        user = rng.choice(users)
        host = rng.choice(hosts)
        outcome = rng.choices(["succeeded", "failed", "cancelled", "interrupted"], [92, 5, 2, 1])[0]
        done = outcome == "succeeded"
        notify = rng.choices(["delivered", "failed", "skipped", "pending"], [96, 2, 1, 1])[0]
        ci = rng.random() < 0.6
        record = {
            "schema_version": 1, "id": push_id(moment, rng), "revision": 7 if done else 4,
            "origin": None, "destination": "%s:%s" % (repository, tag),
            "backend": "https://api.example.org",
            "reference": "registry.example.org/acme/%s:%s" % (repository, tag),
            "registry": "registry.example.org", "owner": "acme", "repository": repository,
            "tag": tag, "local_image": "%s:build" % repository,
            "local_image_id": "sha256:%064x" % rng.getrandbits(256),
            "image_revision": commit, "image_source": "https://git.example.org/acme/" + repository,
            "digest": digest if done else None,
            "media_type": "application/vnd.oci.image.manifest.v1+json" if done else None,
            "digest_verified": done,
            "tag_change": rng.choice(["moved", "moved", "unchanged", "created"]) if done else None,
            "tag_change_source": "registry" if done else None, "message": None,
            "previous_digest": None, "size_bytes": rng.randrange(10**6, 10**9) if done else None,
            "started_at": stamp(moment), "pushed_at": stamp(moment + 4000) if done else None,
            "finished_at": None if outcome == "interrupted" else stamp(moment + 5000),
            "outcome": outcome,
            "failure": {"stage": "push", "kind": "registry_unavailable",
                        "message": "the registry did not answer"} if outcome == "failed" else None,
            "notify": {
                "outcome": notify if done else None, "at": stamp(moment + 4500) if done else None,
                "attempts": 1 if done else 0, "matched": 1 if done else None,
                "triggered": ["%032x" % rng.getrandbits(128)] if done else [], "staged": [],
                "rejected_non_upgradable": [], "message": None},
            "labels": {"team": "team-%d" % (number % 12)},
            "context": {
                "host": host, "user": user, "git_commit": commit, "git_branch": "main",
                "git_dirty": False, "ci_provider": "gitlab" if ci else None,
                "ci_run_url": "https://ci.example.org/%d" % number if ci else None,
                "ci_actor": user if ci else None},
            "engine": {"name": "docker", "version": "28.2.2"}, "cli_version": "1.0.0",
        }
        write(json.dumps(record, separators=(",", ":"), sort_keys=True) + "\n")


main()
