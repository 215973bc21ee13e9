#!/bin/sh
# Runs a command that starts a private container engine: as root for Docker, which podman does not need.
set -eu

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
if [ "$(id -u)" = 0 ] || [ "${ENCLAVIA_ENGINE-}" = podman ] ||
    ! command -v dockerd >/dev/null; then
    exec "$@"
fi
echo "a private docker engine needs root: running with sudo" >&2
exec sudo "$@"
