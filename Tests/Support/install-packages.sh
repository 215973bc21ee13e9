#!/bin/sh
# Installs the Debian packages that are missing, and prints why each is needed. Removes no packages, and
# does not start the services of the new packages or leave them enabled.
# Reads lines "<package>[|<alternative>...] <reason>" from stdin; installs the first alternative if none is
# present.
set -eu

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
root=${DPKG_ROOT-}
policy=$root/usr/sbin/policy-rc.d
saved_policy=$policy.enclavia-saved
policy_mark='# written by enclavia, make setup'

# An engine is present whichever package it is from: Debian's and Docker's own conflict with each other.
is_present() {
    case $1 in
        docker.io) program=dockerd ;;
        podman) program=podman ;;
        *) program= ;;
    esac
    [ -n "$program" ] && command -v "$program" >/dev/null && return
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null || true)
    [ "$state" = installed ]
}

any_is_present() {
    for alternative in $(echo "$1" | tr '|' ' '); do
        is_present "$alternative" && return
    done
    return 1
}

# deb-systemd-invoke and invoke-rc.d start nothing where policy-rc.d exits with 101.
deny_services() {
    if ! is_our_policy && { [ -e "$policy" ] || [ -L "$policy" ]; }; then
        mv "$policy" "$saved_policy"
    fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy"
    chmod 755 "$policy"
}

is_our_policy() {
    grep -qsF "$policy_mark" "$policy"
}

restore_policy() {
    if is_our_policy; then rm -f "$policy"; fi
    if [ -e "$saved_policy" ] || [ -L "$saved_policy" ]; then mv "$saved_policy" "$policy"; fi
}

# The links that start a service at boot. Not every machine has all of the folders.
enabled() {
    find "$root/etc/systemd/system" "$root/etc/systemd/user" -type l 2>/dev/null || :
    find "$root"/etc/rc[0-9S].d -name 'S*' 2>/dev/null || :
}

disable_new() {
    enabled | grep -vxF -f "$1" | while read -r link; do
        case $link in
            */etc/rc?.d/*) update-rc.d "${link##*/S[0-9][0-9]}" disable >/dev/null ;;
            *) rm -f "$link" ;;
        esac
    done
    if [ -d "$root/run/systemd/system" ]; then systemctl daemon-reload; fi
}

# Runs at the end, also after an error or a signal.
clean_up() {
    trap '' HUP INT TERM
    disable_new "$before"
    restore_policy
    rm -f "$before"
}

# Runs as root, and only one at a time: only root can write to the folder of the lock.
install_packages() {
    exec 9>>"$root/run/enclavia-setup.lock"
    flock 9
    before=$(mktemp)
    enabled >"$before"
    trap clean_up EXIT
    trap 'exit 1' HUP INT TERM
    if [ $# = 0 ]; then return; fi
    deny_services
    apt-get update -q </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends --no-remove \
        -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

if [ "${1-}" = --install ]; then
    shift
    install_packages "$@"
    exit
fi

missing=
while read -r package reason; do
    [ -n "$package" ] || continue
    any_is_present "$package" && continue
    package=${package%%|*}
    printf 'missing: %-18s %s\n' "$package" "$reason" >&2
    missing="$missing $package"
done
# A setup that was killed leaves its policy, which prevents the start of all services; remove it even if no
# package is missing.
[ -n "$missing" ] || is_our_policy || exit 0

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
[ -z "$missing" ] || echo "installing, without starting their services:$missing" >&2
# shellcheck disable=SC2086 # a list of words
$sudo sh "$0" --install $missing
