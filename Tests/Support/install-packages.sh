#!/bin/sh
# Installs the Debian packages that are missing, and says what for.
# Reads lines "<package> <reason>" from stdin.
set -eu

missing=
while read -r package reason; do
    [ -n "$package" ] || continue
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] && continue
    printf 'missing: %-18s %s\n' "$package" "$reason" >&2
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "install by hand what these are called here:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null; then
    sudo=sudo
else
    echo "installing needs root: run make as root, or apt-get install$missing" >&2
    exit 1
fi
echo "installing:$missing" >&2
$sudo apt-get update -q </dev/null
# shellcheck disable=SC2086 # a list of words
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing </dev/null
