#!/bin/bash
# Runs `swift test` with the given arguments, and lists the failures at the end: most CI services show
# only the last of thousands of lines.
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
