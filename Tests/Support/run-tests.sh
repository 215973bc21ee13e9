#!/bin/bash
# Runs `swift test` with the given arguments, and names at the end what failed: who sees only the
# last lines of thousands, as on most CI services, has to find it there.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift test "$@" 2>&1 | tee "$log"
status=$?
if [ "$status" != 0 ]; then
    printf '\n== What failed:\n'
    grep -aE -A 4 'recorded an issue|^error:|unexpected signal' "$log" |
        grep -avE '^. Test .* (started|passed)|^◇|^✔' | cut -c -400 | head -n 18
fi
exit "$status"
